import UnixSignals

/// The signals a service lives with.
public enum ProcessSignal: Sendable, Hashable {
  /// SIGTERM or SIGINT, with the exit code that convention gives it: 128 plus the signal's number.
  case stop(exitCode: Int32)
  /// SIGHUP: look for a new index generation now.
  case reload

  /// SIGTERM, SIGINT and SIGHUP of this process, from now on.
  public static func trap() async -> AsyncStream<ProcessSignal> {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    return AsyncStream { continuation in
      let task = Task {
        for await signal in signals { continuation.yield(ProcessSignal(signal)) }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private init(_ signal: UnixSignal) {
    self = signal == .sighup ? .reload : .stop(exitCode: 128 + signal.rawValue)
  }
}
