import Lifespan
import ProblemDetails

/// The service is not ready: a problem that has all members of the readiness report, so that it is valid under both schemas.
struct NotReady: ProblemConvertible {
  let failure: LifespanError
  let report: ReadinessReport

  var problemCode: String { failure.problemCode }
  var problemDetail: String { failure.problemDetail }
  var problemExtensions: [String: ProblemValue] { report.problemMembers }
  var problemCause: (any Error)? { failure.underlying }
}
