/// What went wrong while an index was built, stored or opened.
///
/// Every error says what happened, why, and what to do; ``expected`` and ``actual`` are set where two values disagree.
/// Two errors are equal when their codes are: the other fields are for people.
public struct IndexingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it was; stable, open for additions.
  public let code: Code
  /// One sentence for people: what happened, why, what to do.
  public let message: String
  /// The file or directory concerned, when there is one.
  public let path: String?
  /// What should have been there.
  public let expected: String?
  /// What was there.
  public let actual: String?
  /// The error of a lower layer that led to this one.
  public let underlying: (any Error)?

  /// Creates an error.
  public init(
    _ code: Code, _ message: String, path: String? = nil, expected: String? = nil, actual: String? = nil,
    underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.expected = expected
    self.actual = actual
    self.underlying = underlying
  }

  /// Equal codes make equal errors.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// The message with code, path and the two values, on one line.
  public var description: String {
    var parts = ["\(message) [\(code.rawValue)]"]
    if let path { parts.append("path: \(path)") }
    if let expected { parts.append("expected: \(expected)") }
    if let actual { parts.append("actual: \(actual)") }
    if let underlying { parts.append("because: \(underlying)") }
    return parts.joined(separator: "; ")
  }
}
