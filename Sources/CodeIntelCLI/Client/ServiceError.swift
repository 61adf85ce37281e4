import ProblemDetails

/// A running service could not be asked, or answered with something that makes no sense.
struct ServiceError: ProblemConvertible {
  enum Code: String {
    case unreachable = "client.unreachable"
    case unexpectedAnswer = "client.unexpected-answer"
    case tokenUnreadable = "client.token-unreadable"
  }

  let code: Code
  let message: String

  var problemCode: String { code.rawValue }
  var problemDetail: String { message }
}

/// A problem that the service told: passed on as it came.
struct RemoteProblem: Error {
  let problem: ProblemDetails
}
