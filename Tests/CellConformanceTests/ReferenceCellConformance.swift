import CellConformance
import CellConformanceTesting
import CellContract
import RuntimeCells
import Synchronization
import Testing

/// The reference cell through the kit: one file, as any adopter would write it.
@Suite(.serialized) struct ReferenceCellConformance {
  static let kit = CellConformanceKit(RuntimeCellBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}

/// How the kit reaches a `RuntimeCell`.
struct RuntimeCellBackend: SuspendingSeeding, SuspendingLeasing, SuspendingSwapping, SuspendingSnapshots {
  private let authority = SwapAuthority()

  let manifest = BackendManifest(
    name: "runtime-cell", version: "0.1", capabilities: [.seeding, .leasing, .swapping, .snapshots, .events])

  func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    RuntimeCell(
      name: name, configuration: configuration(world),
      disposer: .async { try await $0.closeSuspending() })
  }

  private func configuration(_ world: CellWorld) -> CellConfiguration {
    var configuration = CellConfiguration(observers: [world])
    configuration.environment = CellEnvironment { world.environment($0) }
    configuration.swapAuthority = authority
    return configuration
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
    try await cell.withValue(initializedBy: .async { try await factory.make() }) { try await body.runSuspending($0) }
  }

  func seed(_ cell: RuntimeCell<Probe>, _ payload: Probe) async throws { try cell.seed(payload) }

  func swap(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let built = ProbeHolder()
    try await cell.swap(
      permit: authority.permit(reason: "conformance"), options: SwapOptions(maxAttempts: 1), deadline: nil,
      factory: .async { try await built.keep(factory.make()) })
    guard let probe = built.probe else { throw CellError(.empty, cell: cell.name, message: "the swap built nothing") }
    return probe
  }

  func snapshot(_ cell: RuntimeCell<Probe>) async -> CellSnapshot { cell.snapshot() }
}

/// Remembers which payload a swap built, for the swap itself tells only generations.
private final class ProbeHolder: Sendable {
  private let kept = Mutex<Probe?>(nil)

  var probe: Probe? { kept.withLock { $0 } }

  func keep(_ probe: Probe) -> Probe {
    kept.withLock { $0 = probe }
    return probe
  }
}
