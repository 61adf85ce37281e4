public import HTTPTypes
public import ProblemDetails

/// Why the service refuses a request, or cannot start.
///
/// Two errors are equal when their codes are.
public struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  public let code: Code
  /// What happened, and what would have been right. Shown to clients.
  public let message: String
  /// Further members of the problem.
  public var extensions: [String: ProblemValue]
  /// Header fields that the answer needs beside the usual ones: `Allow`, `WWW-Authenticate`, …
  public var headers: HTTPFields
  /// The error of the layer below.
  public let underlying: (any Error)?

  /// An error with its code and message.
  public init(
    _ code: Code, _ message: String, extensions: [String: ProblemValue] = [:], headers: HTTPFields = [:],
    underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.extensions = extensions
    self.headers = headers
    self.underlying = underlying
  }

  /// Code and message.
  public var description: String { "\(code.rawValue): \(message)" }

  /// No route has the path.
  static let nothingAtPath = ServerError(
    .notFound, "Nothing is at this path; GET /openapi.json lists every route.")

  /// Equality of the codes.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension ServerError: ProblemConvertible {
  /// The code's stable string.
  public var problemCode: String { code.rawValue }
  /// The message.
  public var problemDetail: String { message }
  /// The further members.
  public var problemExtensions: [String: ProblemValue] { extensions }
  /// The error of the layer below.
  public var problemCause: (any Error)? { underlying }
}
