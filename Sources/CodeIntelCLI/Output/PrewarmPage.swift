import Foundation
import Lifespan
import ProblemDetails

/// What became of each cell of a prewarm. JSON: `Fixtures/schema/runtime-prewarm.schema.json`.
struct PrewarmPage: Encodable {
  /// One cell's end.
  struct Result: Encodable {
    let outcome: PreloadReport.Outcome
    let duration: Double
    let limits: [String]
    let problem: ProblemValue?

    enum CodingKeys: String, CodingKey {
      case outcome, limits, problem
      case duration = "duration_ms"
    }
  }

  let report: PreloadReport

  var isOK: Bool { report.isSuccess }

  /// What is wrong with the cells that failed, all of them, around the error of the first; nil when none did.
  var failure: LifespanError? {
    let failed = report.failedRequired
    guard !failed.isEmpty else { return nil }
    let reasons = failed.map { "\($0.name): \($0.problem?.detail ?? "unknown reason")" }
    return LifespanError(
      .preloadFailed, "Not all cells could be made ready.\n" + reasons.joined(separator: "\n"),
      cells: failed.map(\.name), underlying: failed.first?.error)
  }

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case isOK = "ok"
    case results
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encode(isOK, forKey: .isOK)
    var results: [String: Result] = [:]
    for item in report.items {
      results[item.name] = Result(
        outcome: item.outcome, duration: Self.milliseconds(item.duration), limits: item.limits,
        problem: try item.problem.map { try $0.value() })
    }
    try container.encode(results, forKey: .results)
  }

  func json() throws -> String { try JSONPage.text(self) }

  func text(for terminal: Terminal) -> String {
    var table = TextTable("CELL", "OUTCOME", "DURATION", "NOTES")
    for item in report.items {
      let notes = item.limits + [item.problem?.title, item.problem?.detail].compactMap { $0 }
      table.add(
        item.name, item.outcome.rawValue, String(format: "%.1f ms", Self.milliseconds(item.duration)),
        notes.joined(separator: ": ").replacing("\n", with: " "))
    }
    return table.lines(for: terminal).joined(separator: "\n") + "\n"
  }

  static func milliseconds(_ duration: Duration) -> Double { (duration / .milliseconds(1) * 1000).rounded() / 1000 }
}

extension ProblemDetails {
  /// The problem as a JSON value inside another document.
  func value() throws -> ProblemValue { try ProblemValue(json: try encoded()) }
}
