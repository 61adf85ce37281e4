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

/// The same cell for tasks: found only when the kit's own tasks run, and beside each other.
struct SuspendingCanaryBackend: SuspendingCellBackend {
  let manifest = BackendManifest(name: "canary")

  func makeCell(named name: String, in world: CellWorld) throws -> CanaryBackend.Cell { CanaryBackend.Cell() }

  func peek(_ cell: CanaryBackend.Cell) async -> Probe? { cell.monitor.locked { cell.payload } }

  func getOrInitialize(_ cell: CanaryBackend.Cell, _ factory: ProbeFactory) async throws -> Probe {
    if let payload = await peek(cell) { return payload }
    let made = try await factory.make()
    cell.monitor.locked { cell.payload = made }
    return made
  }

  func close(_ cell: CanaryBackend.Cell, silent: Bool) async throws {
    let payload = cell.monitor.locked {
      defer { cell.payload = nil }
      return cell.payload
    }
    try await payload?.closeSuspending()
  }
}

enum Canary {
  /// The broken cell of a face: a run that drives tasks proves nothing by what it finds with threads.
  private static func subject(for face: BackendFace) -> any Subject {
    switch face {
    case .blocking: BlockingSubject(CanaryBackend())
    case .suspending: SuspendingSubject(SuspendingCanaryBackend())
    }
  }

  /// Plays the single-flight rule against the broken cell of the backend's face and demands that it fails for the right
  /// reason.
  static func check(_ stage: Stage) throws {
    guard let rule = RuleCatalogue.rule("CELL-2.03") else { throw KitError("rule CELL-2.03 is missing") }
    var options = stage.options
    options.patience = stage.core.patience
    let canary = options.canary ?? subject(for: stage.subject.face)
    let result = RulePlayer(canary, options: options).conduct(rule)
    try stage.expect(
      result.verdict == .failed && result.findings.contains { $0.reason == .overlappingFlights }, .canaryMissed,
      "the kit's own broken cell came out as \(result.verdict.rawValue): this run proves nothing")
  }
}
