import ArgumentParser
import UnixSignals

/// Runs a command so that Ctrl-C and SIGTERM end it cleanly: the first signal cancels the work, which then unwinds and
/// closes what it opened; the second one leaves at once.
enum Interruptible {
  /// Exit codes by convention: 128 plus the signal's number.
  private static func code(for signal: UnixSignal) -> Int32 { signal == .sigint ? 130 : 143 }

  static func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let task = Task { try await work() }
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let watcher = Task { () -> Int32? in
      var first: Int32?
      for await signal in signals {
        if first != nil { CommandExit.now(code(for: signal)) }
        first = code(for: signal)
        StandardStreams.error(
          "\nStopping: unfinished work is dropped, the last published index stays. Again to quit now.\n")
        task.cancel()
      }
      return first
    }
    let result = await task.result
    watcher.cancel()
    let interrupted = await watcher.value
    if let interrupted { throw ExitCode(interrupted) }
    try result.get()
  }
}
