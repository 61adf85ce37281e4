/// The kit's own broken cell: it looks and then acts, so two factories run at once.
struct CanaryBackend: BlockingCellBackend {
  final class Cell: @unchecked Sendable {
    // @unchecked: `payload` is used under the monitor only. The fault is in the order of the steps.
    let monitor = Monitor()
    var payload: Probe?
  }

  let manifest = BackendManifest(name: "canary")

  func makeCell(named name: String, in world: CellWorld) throws -> Cell { Cell() }

  func peek(_ cell: Cell) -> Probe? { cell.monitor.locked { cell.payload } }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe {
    if let payload = peek(cell) { return payload }
    let made = try factory.makeBlocking()
    cell.monitor.locked { cell.payload = made }
    return made
  }

  func close(_ cell: Cell, silent: Bool) throws {
    let payload = cell.monitor.locked {
      defer { cell.payload = nil }
      return cell.payload
    }
    try payload?.close()
  }
}

enum Canary {
  /// Plays the single-flight rule against the broken cell and demands that it fails for the right reason.
  static func check(_ stage: Stage) throws {
    guard let rule = RuleCatalogue.rule("CELL-2.03") else { throw KitError("rule CELL-2.03 is missing") }
    var options = stage.options
    options.patience = stage.core.patience
    let result = RulePlayer(stage.options.canary, options: options).conduct(rule)
    try stage.expect(
      result.verdict == .failed && result.findings.contains { $0.reason == .overlappingFlights }, .canaryMissed,
      "the kit's own broken cell came out as \(result.verdict.rawValue): this run proves nothing")
  }
}
