import Foundation
import Indexing

/// What an index run did, for a person or a program.
struct IndexPage {
  let report: IndexReport
  let indexPath: String

  func json() throws -> String { try JSONPage.text(Envelope(report, indexPath)) }

  func text(for terminal: Terminal) -> String {
    var lines: [String] = []
    if report.reused {
      lines.append("Nothing changed: generation \(report.generation) is up to date (\(report.chunks) chunks).")
    } else {
      lines.append(
        "Indexed \(report.files) files into \(report.chunks) chunks as generation \(report.generation) of \(indexPath).")
      let stages = report.stages.map { String(format: "%@ %.1f s", $0.name, $0.seconds) }
      lines.append("Stages: " + stages.joined(separator: ", "))
    }
    for skip in report.skipped where skip.count > 0 {
      let example = skip.examples.first.map { " (for example \($0))" } ?? ""
      lines.append("Skipped \(skip.count) \(skip.reason.rawValue)\(example)")
    }
    lines += report.limits.map { terminal.styled("limit: \($0)", .dim) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The JSON shape of `codeintel index --json`.
  private struct Envelope: Encodable {
    let index: String
    let generation: UInt64
    let reused: Bool
    let files: Int
    let chunks: Int
    let skipped: [Skip]
    let stages: [Stage]
    let limits: [String]

    struct Skip: Encodable {
      let reason: String
      let count: Int
      let examples: [String]
    }

    struct Stage: Encodable {
      let name: String
      let seconds: Double
    }

    init(_ report: IndexReport, _ indexPath: String) {
      index = indexPath
      generation = report.generation
      reused = report.reused
      files = report.files
      chunks = report.chunks
      skipped = report.skipped.map { Skip(reason: $0.reason.rawValue, count: $0.count, examples: $0.examples) }
      stages = report.stages.map { Stage(name: $0.name, seconds: $0.seconds) }
      limits = report.limits
    }
  }
}
