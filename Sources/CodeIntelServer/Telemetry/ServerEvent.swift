import Logging

/// An event of the service in the log, as `Fixtures/contract.json` has it.
struct ServerEvent: Sendable, Hashable {
  /// The name: the message of the log line.
  let name: String
  /// The level at which it is logged when nothing went wrong.
  let level: Logger.Level
}
