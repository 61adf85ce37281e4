import CellConformance
import CellConformanceTesting
import CellContract
import RuntimeCells
import Testing

/// The reference cell through the kit: one file, as any adopter would write it.
@Suite(.serialized) struct ReferenceCellConformance {
  static let kit = CellConformanceKit(RuntimeCellBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}

/// How the kit reaches a `RuntimeCell`.
struct RuntimeCellBackend: SuspendingLeasing, SuspendingSnapshots {
  let manifest = BackendManifest(
    name: "runtime-cell", version: "0.1", capabilities: [.leasing, .snapshots, .events])

  func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    RuntimeCell(
      name: name, configuration: CellConfiguration(observers: [world]),
      disposer: .async { try await $0.closeSuspending() })
  }

  func peek(_ cell: RuntimeCell<Probe>) async -> Probe? { cell.peek() }

  func getOrInitialize(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let lease = try await cell.getOrInitialize { try await factory.make() }
    return lease.value
  }

  func close(_ cell: RuntimeCell<Probe>, silent: Bool) async throws {
    try await cell.close(deadline: nil, silent: silent)
  }

  func withValue(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, _ body: LeaseBody) async throws {
    try await cell.withValue(initializedBy: .async { try await factory.make() }) { await body.runSuspending($0) }
  }

  func snapshot(_ cell: RuntimeCell<Probe>) async -> CellSnapshot { cell.snapshot() }
}
