/// What is taken out of a problem before it leaves the process.
///
/// RFC 9457 section 5 warns of details that reveal the inside of a service. A command line shows them (`none`), a
/// service hides those of server faults (`serverFaults`) and logs them under the same `instance`.
public struct ProblemRedaction: Sendable {
  private let apply: @Sendable (ProblemDetails) -> ProblemDetails

  /// A rule of one's own.
  public init(_ apply: @escaping @Sendable (ProblemDetails) -> ProblemDetails) { self.apply = apply }

  /// The problem as it may be shown.
  public func callAsFunction(_ problem: ProblemDetails) -> ProblemDetails { apply(problem) }

  /// Nothing is taken out.
  public static let none = ProblemRedaction { $0 }

  /// For a status of 500 and above the detail becomes the type's explanation, and only `code` and
  /// `retry_after_seconds` stay of the extensions.
  public static let serverFaults = serverFaults(keeping: ["code", "retry_after_seconds"])

  /// As ``serverFaults``, with the extensions that stay.
  public static func serverFaults(keeping kept: Set<String>) -> ProblemRedaction {
    ProblemRedaction { problem in
      guard let status = problem.status, status >= 500 else { return problem }
      var redacted = problem
      redacted.detail = (ProblemCatalogue.type(forURI: problem.type) ?? .internalError).explanation
      redacted.extensions = problem.extensions.filter { kept.contains($0.key) }
      return redacted
    }
  }
}
