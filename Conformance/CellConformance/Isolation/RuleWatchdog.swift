internal import CCellSupport
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Watches, on a thread of its own, that rules get somewhere at all: that the conductor lives, and that its result is
/// picked up. A rule's own waits have a verdict of their own (``StallEvidence``); this is for what no wait can see.
final class RuleWatchdog: Sendable {
  static let shared = RuleWatchdog()

  /// Why a process cannot go on, and what to look at.
  struct Evidence: Sendable {
    let what: String
    let check: String
  }

  /// One rule under way.
  final class Watch: Sendable {
    let rule: Rule
    let patience: HangPolicy
    let deathNote: String?
    let onHang: @Sendable (Evidence) -> Void
    let onLife: @Sendable () -> Void

    /// A death note is what the others of a process are told; a child that plays one rule has nobody to tell.
    var isInSharedProcess: Bool { deathNote != nil }

    init(
      rule: Rule, patience: HangPolicy, deathNote: String?, onHang: @escaping @Sendable (Evidence) -> Void,
      onLife: @escaping @Sendable () -> Void = {}
    ) {
      self.rule = rule
      self.patience = patience
      self.deathNote = deathNote
      self.onHang = onHang
      self.onLife = onLife
    }
  }

  private struct Entry {
    let watch: Watch
    var isConcluded = false
    var beats: UInt64 = 0
    var silentTicks = 0
    var asleepTicks = 0
  }

  private static let tick: UInt64 = 100_000_000
  private let beats = Atomic<UInt64>(0)
  private let book = Book()

  /// What the conductor does whenever it looks around.
  func beat() { beats.add(1, ordering: .relaxed) }

  /// The rule begins.
  func begin(_ watch: Watch) {
    if let note = watch.deathNote { cell_death_note(note) }
    let isFirst = book.change { entries, isRunning in
      entries[ObjectIdentifier(watch)] = Entry(watch: watch, beats: beats.load(ordering: .relaxed))
      defer { isRunning = true }
      return !isRunning
    }
    // Without a thread to give there is no watching either; the rules' own verdicts still stand.
    if isFirst { try? KitThread.start("cell-watchdog") { self.serve() } }
  }

  /// The rule has its result.
  func concluded(_ watch: Watch) {
    if watch.deathNote != nil { cell_death_note(nil) }
    book.change { entries, _ in
      entries[ObjectIdentifier(watch)]?.isConcluded = true
      entries[ObjectIdentifier(watch)]?.silentTicks = 0
      entries[ObjectIdentifier(watch)]?.asleepTicks = 0
    }
  }

  /// Whoever asked for the rule has its result.
  func pickedUp(_ watch: Watch) { book.change { entries, _ in entries[ObjectIdentifier(watch)] = nil } }

  /// Tells standard error why, and ends the process at once: what others registered to run at its end may hang too.
  static func endProcess(_ result: RuleResult) -> Never {
    let text = Array("\n\(result.explanation)\n".utf8)
    _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    _exit(3)
  }

  private func serve() {
    let own = ThreadStates.currentThread()
    while true {
      book.waitForWork(nanoseconds: Self.tick)
      let now = beats.load(ordering: .relaxed)
      // Reading every thread costs, so only when somebody has been silent for a while.
      let threads = book.anySilent ? ThreadStates.all().filter { $0 != own } : []
      let isAsleep = !threads.isEmpty && threads.allSatisfy { ThreadStates.sample($0)?.isAsleep ?? true }
      let verdicts = book.change { entries, _ in
        for key in entries.keys { entries[key].map { entries[key] = Self.ticked($0, beats: now, asleep: isAsleep) } }
        return entries.values.map { ($0.watch, Self.verdict($0)) }
      }
      for (watch, evidence) in verdicts {
        if let evidence {
          watch.onHang(Evidence(what: evidence.what + Self.lanes(threads), check: evidence.check))
        } else {
          watch.onLife()
        }
      }
    }
  }

  private static func ticked(_ entry: Entry, beats: UInt64, asleep: Bool) -> Entry {
    var entry = entry
    let isAlive = !entry.isConcluded && entry.beats != beats
    entry.beats = beats
    entry.silentTicks = isAlive ? 0 : entry.silentTicks + 1
    entry.asleepTicks = isAlive || !asleep ? 0 : entry.asleepTicks + 1
    return entry
  }

  private static func verdict(_ entry: Entry) -> Evidence? {
    let tick = Duration.nanoseconds(Int64(tick))
    let limits = limits(entry.watch, isConcluded: entry.isConcluded)
    let silence: String
    if Double(entry.asleepTicks) >= limits.asleep / tick {
      silence = "all threads slept for \(limits.asleep)"
    } else if Double(entry.silentTicks) >= limits.busy / tick {
      silence = "threads were busy and nothing came of it"
    } else {
      return nil
    }
    return entry.isConcluded
      ? Evidence(
        what: "the rule was over, and no thread of the cooperative pool was free to take note of it; \(silence)",
        check: "does the backend block or spin in tasks that are not the kit's? The cooperative pool is everybody's.")
      : Evidence(
        what: "the backend kept the kit's own thread in a call that must not wait; \(silence)",
        check: "does `manifest`, `problem(for:)` or another plain call of the adapter wait, or loop without an end?")
  }

  /// In a process of its own only the rule can be what is busy. In one that is shared, other tests may keep the pool and the
  /// processors for long without anything being wrong, so only what no test run gets out of counts.
  private static func limits(_ watch: Watch, isConcluded: Bool) -> (asleep: Duration, busy: Duration) {
    let asleep = watch.patience.idle * 5
    let busy = watch.patience.busy * (isConcluded ? 6 : 3)
    guard watch.isInSharedProcess else { return (asleep, busy) }
    let factor = HangPolicy.factor
    return (max(asleep, .seconds(10) * factor), max(busy, .seconds(isConcluded ? 600 : 120) * factor))
  }

  private static func lanes(_ threads: [Int]) -> String {
    " (threads: " + threads.prefix(12).map { ThreadStates.describe($0) }.joined(separator: "; ") + ")"
  }

  /// The rules under way, under one monitor.
  private final class Book: @unchecked Sendable {
    // @unchecked: the variables are used under the monitor only.
    private let monitor = Monitor()
    private var entries: [ObjectIdentifier: Entry] = [:]
    private var isRunning = false

    func change<R>(_ body: (inout [ObjectIdentifier: Entry], inout Bool) -> R) -> R {
      monitor.locked {
        defer { monitor.broadcast() }
        return body(&entries, &isRunning)
      }
    }

    var anySilent: Bool { monitor.locked { entries.values.contains { $0.silentTicks > 1 } } }

    /// Waits for one tick; longer while there is nothing to watch.
    func waitForWork(nanoseconds: UInt64) {
      monitor.locked {
        while entries.isEmpty { monitor.wait() }
      }
      // Changes broadcast, so the tick is measured where nobody does.
      pause.locked { _ = pause.wait(nanoseconds: nanoseconds) }
    }

    private let pause = Monitor()
  }
}
