import CodeIntel

/// Every compatibility check. JSON: `Fixtures/schema/runtime-validate.schema.json`.
struct ValidatePage: Encodable {
  let report: CompatibilityReport

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try report.encode(to: encoder)
  }

  func json() throws -> String { try JSONPage.text(self) }

  func text(for terminal: Terminal) -> String {
    var table = TextTable("CHECK", "OUTCOME", "EXPECTED", "FOUND")
    for check in report.checks { table.add(check.name, check.outcome.rawValue, check.expected, check.actual) }
    var lines = table.lines(for: terminal)
    lines += report.limits.map { terminal.styled("limit: \($0)", .dim) }
    let summary = "generation \(report.generation) \(report.isCompatible ? "fits" : "does not fit")"
    lines.append(report.isCompatible ? summary : terminal.styled(summary, .error))
    return lines.joined(separator: "\n") + "\n"
  }
}
