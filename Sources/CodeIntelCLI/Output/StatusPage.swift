import CellContract
import CodeIntel
import Foundation
import Lifespan

/// The cells table, of a running service or of what was opened here. JSON: `Fixtures/schema/runtime-status.schema.json`.
struct StatusPage: Encodable {
  /// Who answered.
  enum Source: String, Encodable {
    case offline, service
  }

  let source: Source
  let isOK: Bool
  let phase: LifespanPhase?
  let reasons: [String]
  let limits: [String]
  let cells: [CellStatus]

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case source, phase, reasons, limits, cells
    case isOK = "ok"
  }

  /// What a service said.
  init(_ report: ReadinessReport) {
    source = .service
    isOK = report.isReady
    phase = report.phase
    reasons = report.reasons
    limits = report.limits
    cells = report.cells
  }

  /// What an engine in this process shows after everything was opened: good when every cell is ready that each index has or
  /// that is to be preloaded. Others may be broken, as in a service: the rest answers.
  init(_ context: ApplicationContext) {
    source = .offline
    phase = nil
    limits = AcceleratorProbe.limits(isSkipped: context.settings.skipsAcceleratorProbe)
    let required = context.requiredRows()
    let rows = context.cellTable().map { CellStatus($0, isRequired: required.contains($0.name)) }
    reasons = rows.filter { $0.isRequired && $0.initState != "ready" }.map {
      "cell \($0.name) is not available (\($0.detail))"
    }
    isOK = reasons.isEmpty
    cells = rows + context.absentChannels().map { CellStatus(disabled: $0.name, reason: $0.reason) }
  }

  /// The error that the page amounts to; nil when all is good.
  var failure: LifespanError? {
    guard !isOK else { return nil }
    let broken = cells.filter { $0.isRequired && $0.initState != "ready" }
    let details = broken.compactMap { cell in cell.error.map { "\(cell.name): \($0)" } }
    return LifespanError(
      .notReady, (["Not ready: \(reasons.joined(separator: "; "))."] + details).joined(separator: "\n"),
      cells: broken.map(\.name))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encode(source, forKey: .source)
    try container.encode(isOK, forKey: .isOK)
    try container.encodeIfPresent(phase, forKey: .phase)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(limits, forKey: .limits)
    try container.encode(cells, forKey: .cells)
  }

  func json() throws -> String { try JSONPage.text(self) }

  func text(for terminal: Terminal) -> String {
    var table = TextTable("CELL", "STATE", "DETAIL", "GENERATION", "LAST INIT", "NOTES")
    for cell in cells {
      let notes = cell.limits + (cell.error.map { [$0.replacing("\n", with: " ")] } ?? [])
      table.add(
        cell.name + (cell.isRequired ? "*" : ""), cell.initState, cell.detail,
        cell.generation.map { "\($0)" } ?? "-",
        cell.lastInitMilliseconds.map { String(format: "%.1f ms", $0) } ?? "-", notes.joined(separator: "; "))
    }
    var lines = table.lines(for: terminal)
    lines += limits.map { terminal.styled("limit: \($0)", .dim) }
    if cells.contains(where: \.isRequired) { lines.append(terminal.styled("* the service needs it to be ready", .dim)) }
    let phase = phase.map { " (\($0.rawValue))" } ?? ""
    let summary = isOK ? "ready\(phase)" : "not ready\(phase): \(reasons.joined(separator: "; "))"
    lines.append(isOK ? summary : terminal.styled(summary, .error))
    return lines.joined(separator: "\n") + "\n"
  }
}
