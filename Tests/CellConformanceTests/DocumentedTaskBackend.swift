import CellConformance
import CellConformanceTesting
import RuntimeCells
import Testing

// The code between the marks is what docs/writing-a-backend.md shows; a test compares the two.

// begin: suspending
struct MyTaskBackend: SuspendingSeeding {
  let manifest = BackendManifest(name: "acme.task-cell", version: "1.0", capabilities: [.seeding])

  func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    let configuration = CellConfiguration(
      environment: CellEnvironment { world.environment($0) }, clock: CellClock(world.clock))
    return RuntimeCell(name: name, configuration: configuration, disposer: .async { try await $0.closeSuspending() })
  }

  func peek(_ cell: RuntimeCell<Probe>) async -> Probe? { cell.peek() }

  func getOrInitialize(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let lease = try await cell.getOrInitialize { try await factory.make() }
    return lease.value
  }

  func close(_ cell: RuntimeCell<Probe>, silent: Bool) async throws {
    try await cell.close(deadline: nil, silent: silent)
  }

  func seed(_ cell: RuntimeCell<Probe>, _ payload: Probe) async throws { try cell.seed(payload) }
}
// end: suspending

@Suite(.serialized) struct MyTaskCellConformance {
  static let kit = CellConformanceKit(MyTaskBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}
