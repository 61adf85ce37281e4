public import Indexing
public import ProblemDetails

extension IndexingError: ProblemConvertible {
  private var facts: ProblemFacts { ProblemFacts(message: message, path: path, expected: expected, actual: actual) }

  /// The code's stable string.
  public var problemCode: String { code.rawValue }
  /// The message and the facts.
  public var problemDetail: String { facts.detail }
  /// `path`, `expected` and `actual`, where they apply.
  public var problemExtensions: [String: ProblemValue] { facts.extensions }
  /// The error of the layer below.
  public var problemCause: (any Error)? { underlying }
}
