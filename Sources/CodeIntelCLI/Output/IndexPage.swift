import Foundation
import Indexing

/// What an index run did. JSON: `Fixtures/schema/index-report.schema.json`.
struct IndexPage {
  let report: IndexReport
  let indexPath: String

  func json() throws -> String { try JSONPage.text(SchemaDocument(content: report)) }

  func text(for terminal: Terminal) -> String {
    var lines: [String] = []
    if report.reused {
      lines.append("Nothing changed: generation \(report.generation) is up to date (\(report.chunks) chunks).")
    } else {
      lines.append(
        "Indexed \(report.files) files into \(report.chunks) chunks as generation \(report.mergedFrom ?? report.generation) of \(indexPath)."
      )
      let stages = report.stages.map { "\($0.name) \(ProgressBar.short($0.seconds)) s" }
      lines.append("Stages: " + stages.joined(separator: ", "))
    }
    if let first = report.mergedFrom {
      lines.append("Merged the dense index of generation \(first): generation \(report.generation) is served.")
    }
    for (reason, count) in report.skipped.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let example = report.skipped.examples[reason]?.first.map { " (for example \($0))" } ?? ""
      lines.append("Skipped \(count) \(reason.rawValue)\(example)")
    }
    lines += report.changes.map { "Changed: \($0)" }
    lines += report.limits.map { terminal.styled("limit: \($0)", .dim) }
    return lines.joined(separator: "\n") + "\n"
  }
}
