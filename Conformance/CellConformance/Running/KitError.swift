/// The kit itself could not do its work: never a verdict about a backend.
public struct KitError: Error, Sendable, CustomStringConvertible {
  /// What happened, why, and what to do.
  public let message: String

  /// Wraps a message.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { "the conformance kit: \(message)" }
}
