/// Why a search, an index file or a set of retrieval settings was refused.
///
/// Two errors are equal when their codes are equal; the texts and numbers are for people and problem documents.
public struct RetrievalError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure this is; stable across releases.
  public var code: Code
  /// One or more sentences: what happened, why, and what to do.
  public var message: String
  /// What was required, when two values disagree.
  public var expected: String?
  /// What was found, when two values disagree.
  public var actual: String?
  /// The file concerned, when there is one.
  public var path: String?
  /// The error of a layer below, when there is one.
  public var underlying: (any Error)?

  /// Makes an error; see the properties.
  public init(
    _ code: Code, _ message: String, expected: String? = nil, actual: String? = nil, path: String? = nil,
    underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.expected = expected
    self.actual = actual
    self.path = path
    self.underlying = underlying
  }

  /// The code, the message and, where they apply, expected and actual values and the cause.
  public var description: String {
    var text = "\(code.rawValue): \(message)"
    if let expected, let actual { text += " (expected \(expected), found \(actual))" }
    if let underlying { text += " Cause: \(underlying)" }
    return text
  }
}

extension RetrievalError: Equatable {
  /// Compares codes only.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
