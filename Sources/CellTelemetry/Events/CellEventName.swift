public import Logging

/// The name of a cell event in logs, as `Fixtures/contract.json` has it.
public struct CellEventName: RawRepresentable, Sendable, Hashable {
  /// The name: the message of the log line.
  public let rawValue: String
  /// The level at which it is logged when nothing went wrong.
  public let level: Logger.Level

  init(_ rawValue: String, level: Logger.Level) {
    self.rawValue = rawValue
    self.level = level
  }

  /// A known event by its name; nil for any other.
  public init?(rawValue: String) {
    guard let known = Self.all.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = known
  }
}
