public import ProblemDetails

/// How a failure is told on the command line: one problem object, one exit code, one text for people.
public struct ProblemReport: Sendable {
  /// The problem, with the cause's own type where a wrapper (a cell that could not start) adds nothing.
  public let problem: ProblemDetails
  private let type: ProblemType

  /// Tells any error.
  public init(_ error: any Error) {
    problem = ProblemDetails(describing: error, unwrapping: true)
    type = ProblemCatalogue.type(forURI: problem.type) ?? .internalError
  }

  /// Tells a problem that another process has told us, as it came.
  public init(_ problem: ProblemDetails) {
    self.problem = problem
    type = ProblemCatalogue.type(forURI: problem.type) ?? .internalError
  }

  /// The process's exit code, by the table in `docs/contract.md`.
  public var exitCode: Int32 { type.exitStatus.rawValue }

  /// What helps, in one sentence.
  public var remedy: String { type.remedy }

  /// The problem as one line of `application/problem+json`.
  public func json() throws -> String { try problem.jsonString() + "\n" }
}
