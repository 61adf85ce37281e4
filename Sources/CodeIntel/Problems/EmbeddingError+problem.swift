public import Embedding
public import ProblemDetails

extension EmbeddingError: ProblemConvertible {
  private var facts: ProblemFacts { ProblemFacts(message: message, path: path, expected: expected, actual: actual) }

  /// The code's stable string.
  public var problemCode: String { code.rawValue }
  /// The message and the facts.
  public var problemDetail: String { facts.detail }
  /// `path`, `expected`, `actual`, `retry_after_seconds` and `server_status`, where they apply.
  public var problemExtensions: [String: ProblemValue] {
    var members = facts.extensions
    if let retryAfter { members["retry_after_seconds"] = .number(retryAfter / .seconds(1)) }
    if let serverStatus { members["server_status"] = .integer(Int64(serverStatus)) }
    return members
  }
  /// The error of the layer below.
  public var problemCause: (any Error)? { underlying }
}
