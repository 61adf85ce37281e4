import CodeIntel

/// Every compatibility check. JSON: `Fixtures/schema/runtime-validate.schema.json`.
struct ValidatePage {
  let report: CompatibilityReport

  func json() throws -> String { try JSONPage.text(SchemaDocument(content: report)) }

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
