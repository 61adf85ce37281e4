import CodeIntel
import ProblemDetails

/// What one use of a component showed. JSON: `Fixtures/schema/runtime-check.schema.json`.
struct CheckPage: Encodable {
  let isOK: Bool
  let detail: String
  let limits: [String]
  let problem: ProblemDetails?

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case detail, limits, problem
    case isOK = "ok"
  }

  /// A check that came out well.
  init(_ check: ComponentCheck) {
    isOK = true
    detail = check.detail
    limits = check.limits
    problem = nil
  }

  /// A check that failed.
  init(_ report: ProblemReport) {
    isOK = false
    detail = report.problem.detail ?? report.problem.title ?? "unknown problem"
    limits = []
    problem = report.problem
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encode(isOK, forKey: .isOK)
    try container.encode(detail, forKey: .detail)
    try container.encode(limits, forKey: .limits)
    try container.encodeIfPresent(problem?.value(), forKey: .problem)
  }

  func json() throws -> String { try JSONPage.text(self) }

  func text(for terminal: Terminal) -> String {
    ([detail] + limits.map { terminal.styled("limit: \($0)", .dim) }).joined(separator: "\n") + "\n"
  }
}
