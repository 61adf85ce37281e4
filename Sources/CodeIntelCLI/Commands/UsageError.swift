import ProblemDetails

/// The command line could not be understood.
struct UsageError: ProblemConvertible {
  /// What the argument parser said.
  let message: String

  var problemCode: String { "usage" }
  var problemDetail: String { message }
}
