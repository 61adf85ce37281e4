#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How long the kit looks at a run in which nothing happens before it calls it hung.
///
/// No such time ever decides a rule of safety: it only bounds how long a run that makes no progress is kept. All figures are
/// multiplied by the environment variable `CELL_TIME_FACTOR`, when set.
public struct HangPolicy: Sendable, Comparable {
  /// How long nothing may happen while every thread of the process sleeps.
  public var idle: Duration
  /// How long nothing may happen while threads of the process are busy, perhaps with something else.
  public var busy: Duration
  /// How often the evidence is read.
  package var tick: Duration = .milliseconds(10)

  /// Makes a policy from its two figures.
  public init(idle: Duration, busy: Duration) {
    self.idle = idle
    self.busy = busy
  }

  /// One second of silence, twenty of work without result; times `CELL_TIME_FACTOR`.
  public static var standard: HangPolicy { HangPolicy(idle: .seconds(1), busy: .seconds(20)).scaled }

  /// For backends that are known to hang, as in the self-test: a quarter of a second, five of work without result.
  public static var short: HangPolicy { HangPolicy(idle: .milliseconds(250), busy: .seconds(5)).scaled }

  /// For cells that use no timers, so that nothing can come of a silence: 60 milliseconds, three seconds of work.
  package static var probing: HangPolicy { HangPolicy(idle: .milliseconds(60), busy: .seconds(3)).scaled }

  private var scaled: HangPolicy { HangPolicy(idle: idle * Self.factor, busy: busy * Self.factor) }

  /// What `CELL_TIME_FACTOR` says, 1 when it says nothing of use.
  static var factor: Double {
    let factor = ProcessInfo.processInfo.environment["CELL_TIME_FACTOR"].flatMap(Double.init) ?? 1
    return factor > 0 && factor.isFinite ? factor : 1
  }

  /// Whether the left one gives a run up sooner.
  public static func < (left: HangPolicy, right: HangPolicy) -> Bool { left.idle < right.idle }

  /// A quarter of it, for a run that is known to hang.
  var shorter: HangPolicy { HangPolicy(idle: idle / 4, busy: busy / 4) }

  var tickNanoseconds: UInt64 { UInt64(tick / .nanoseconds(1)) }
}

/// Collects, tick by tick, whether a run that waits is slow or hung.
struct StallEvidence {
  private let patience: HangPolicy
  private let own = ThreadStates.currentThread()
  private var progress: UInt64
  private var last: [Int: ThreadStates.Sample] = [:]
  private var quietTicks = 0
  private var ticks = 0

  init(patience: HangPolicy, progress: UInt64) {
    self.patience = patience
    self.progress = progress
  }

  /// Takes note of one more tick. Returns the evidence when the run is hung.
  mutating func tick(progress now: UInt64) -> String? {
    guard now == progress else {
      progress = now
      quietTicks = 0
      ticks = 0
      return nil
    }
    ticks += 1
    var samples: [Int: ThreadStates.Sample] = [:]
    for id in ThreadStates.all() where id != own { samples[id] = ThreadStates.sample(id) }
    // A thread that sleeps now but used the processor since the last look is alive: the whole silence must be silent.
    let isQuiet =
      samples.values.allSatisfy(\.isAsleep)
      && samples.allSatisfy { last[$0.key]?.ticks ?? $0.value.ticks == $0.value.ticks }
    quietTicks = isQuiet ? quietTicks + 1 : 0
    last = samples
    if Double(quietTicks) >= patience.idle / patience.tick {
      return "no event and no running thread for \(patience.idle)"
    }
    // Ticks count, not clocks: on a loaded machine the watching thread is late too.
    if Double(ticks) >= patience.busy / patience.tick {
      return "no event for \(patience.busy), though threads of the process were running"
    }
    return nil
  }
}
