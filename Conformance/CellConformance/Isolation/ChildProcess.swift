internal import CCellSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One rule in a process of its own, watched from outside.
package struct ChildProcess: Sendable {
  /// How the process ended.
  package enum Ending: Sendable {
    case exited(code: Int)
    case killed(signal: Int)
    /// It made no progress and was ended; `evidence` tells by what.
    case hung(evidence: String)
  }

  /// What a process left behind.
  package struct Remains: Sendable {
    package let ending: Ending
    /// What it wrote to descriptor 3.
    package let result: [UInt8]
    /// What it printed.
    package let text: String
  }

  let executable: String
  let arguments: [String]

  package init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// Runs the process and waits for its end without blocking the calling task's thread.
  package func remains(patience: HangPolicy) async throws -> Remains {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try KitThread.start("cell-parent") { continuation.resume(with: Result { try run(patience: patience) }) }
      } catch { continuation.resume(throwing: error) }
    }
  }

  /// Starts the process and blocks the calling kit thread until it is gone. No child outlives this.
  func run(patience: HangPolicy) throws -> Remains {
    var result = try Pipe()
    var text = try Pipe()
    let id = try spawn(result.end, text.end)
    result.closeWriteEnd()
    text.closeWriteEnd()
    var watch = ChildWatch(process: Int(id), patience: patience)
    let pause = Monitor()
    while true {
      let spoke = result.drain()
      _ = text.drain()
      if let ending = Self.ending(of: id) {
        _ = (result.drain(), text.drain())
        return Remains(ending: ending, result: result.bytes, text: String(decoding: text.bytes, as: UTF8.self))
      }
      if let evidence = watch.tick(spoke: spoke) {
        kill(id, SIGKILL)
        while Self.ending(of: id) == nil { KitThread.yield() }
        _ = (result.drain(), text.drain())
        return Remains(
          ending: .hung(evidence: evidence), result: result.bytes, text: String(decoding: text.bytes, as: UTF8.self))
      }
      pause.locked { _ = pause.wait(nanoseconds: ChildWatch.tick) }
    }
  }

  private func spawn(_ result: Int32, _ text: Int32) throws -> pid_t {
    var environment = ProcessInfo.processInfo.environment
    // Drawing a backtrace takes seconds for each trap, and the trap's own line says what is needed here.
    if environment["SWIFT_BACKTRACE"] == nil { environment["SWIFT_BACKTRACE"] = "enable=no" }
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    let words = ([executable] + arguments).map { strdup($0) } + [nil]
    defer { for text in variables + words { free(text) } }
    var id = pid_t()
    let status = cell_spawn(executable, words, variables, result, text, &id)
    guard status == 0 else { throw KitError("\(executable) cannot be started (errno \(status))") }
    return id
  }

  private static func ending(of id: pid_t) -> Ending? {
    var code: Int32 = 0
    var signal: Int32 = 0
    guard cell_child_is_gone(id, &code, &signal) == 1 else { return nil }
    return signal == 0 ? .exited(code: Int(code)) : .killed(signal: Int(signal))
  }
}

/// Whether a child that says nothing is slow or hung, as seen from outside. The child's own watchdog judges first, with
/// more to go by; this one is for children whose watchdog cannot run any more.
struct ChildWatch {
  static let tick: UInt64 = 10_000_000
  private let process: Int
  private let patience: HangPolicy
  private var silentTicks = 0
  private var asleepTicks = 0

  init(process: Int, patience: HangPolicy) {
    self.process = process
    self.patience = patience
  }

  mutating func tick(spoke: Bool) -> String? {
    if spoke { (silentTicks, asleepTicks) = (0, 0) } else { silentTicks += 1 }
    // Looking costs, so only at silence that lasts.
    guard silentTicks > 0, silentTicks.isMultiple(of: 20) else { return nil }
    let threads = ThreadStates.all(of: process)
    let asleep = threads.allSatisfy { ThreadStates.sample($0, of: process)?.isAsleep ?? true }
    asleepTicks = asleep ? asleepTicks + 20 : 0
    let isHung = tooLong(asleepTicks, patience.idle * 8) || tooLong(silentTicks, patience.busy * 4)
    guard isHung else { return nil }
    let lanes = threads.prefix(12).map { ThreadStates.describe($0, of: process) }.joined(separator: "; ")
    return (asleep ? "all its threads slept" : "its threads ran without result") + " (\(lanes))"
  }

  private func tooLong(_ ticks: Int, _ limit: Duration) -> Bool {
    Double(ticks) >= limit / .nanoseconds(Int64(Self.tick))
  }
}
