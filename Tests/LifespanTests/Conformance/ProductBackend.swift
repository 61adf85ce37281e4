import CellConformance
import CellConformanceReference
import CellContract
import Lifespan
import Logging
import ProblemDetails
import RuntimeCells

/// The reference cell, preloaded by ``Preloader`` and with errors told as the service tells them: what the kit's own preloader
/// and adapter stand in for elsewhere is the product's own here.
struct ProductBackend: SuspendingSeeding, SuspendingLeasing, SuspendingSwapping, SuspendingShutdown,
  SuspendingCloseDeadlines, SuspendingWaitDeadlines, SuspendingPreloading, ProblemReporting, GateConfiguring,
  FailurePolicyConfiguring, InitDeadlineConfiguring
{
  typealias Cell = RuntimeCell<Probe>

  private let inner = RuntimeCellBackend()

  let manifest = BackendManifest(
    name: "runtime-cell-product", version: "0.1",
    capabilities: [
      .seeding, .leasing, .swapping, .shutdown, .closeDeadlines, .waitDeadlines, .preloading, .problems, .gate,
      .failurePolicies, .initDeadlines,
    ])

  // MARK: - The product's own

  /// As `ProblemMapper` of the service makes it for an error of the server's side.
  func problem(for error: any Error) -> [UInt8] {
    let problem = ProblemDetails(describing: error, unwrapping: true, redaction: .serverFaults)
    return (try? problem.encoded()) ?? []
  }

  func preload(_ items: [PreloadItem<Cell>], only names: Set<String>) async -> [String: any Error] {
    await preload(items, names, .attemptAll)
  }

  func preloadOrRollBack(_ items: [PreloadItem<Cell>], only names: Set<String>) async -> [String: any Error] {
    await preload(items, names, .failFast)
  }

  private func preload(
    _ items: [PreloadItem<Cell>], _ names: Set<String>, _ policy: Preloader.Policy
  ) async -> [String: any Error] {
    let targets = items.map { item in
      PreloadTarget(
        name: item.name, isReady: { item.cell.isReady },
        warm: { _ = try await item.cell.getOrInitialize { try await item.factory.make() } })
    }
    let plan = PreloadPlan(items: items.map(\.name).filter(names.contains).map { PreloadPlan.Item(name: $0) })
    do {
      let preloader = try Preloader(plan: plan, targets: targets, cells: items.map(\.cell), logger: Bench.logger)
      let failed = await preloader.run(policy).items.filter { $0.outcome == .failed }
      return Dictionary(failed.compactMap { item in item.error.map { (item.name, $0) } }) { first, _ in first }
    } catch { return ["": error] }
  }

  // MARK: - The reference's

  func makeCell(named name: String, in world: CellWorld) throws -> Cell { try inner.makeCell(named: name, in: world) }

  func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> Cell {
    try inner.makeCell(named: name, in: world, gate: gate)
  }

  func makeCell(named name: String, in world: CellWorld, afterFailure plan: FailurePlan) throws -> Cell {
    try inner.makeCell(named: name, in: world, afterFailure: plan)
  }

  func makeCell(named name: String, in world: CellWorld, initDeadline: Duration) throws -> Cell {
    try inner.makeCell(named: name, in: world, initDeadline: initDeadline)
  }

  func peek(_ cell: Cell) async -> Probe? { await inner.peek(cell) }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe {
    try await inner.getOrInitialize(cell, factory)
  }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory, deadline: Duration) async throws -> Probe {
    try await inner.getOrInitialize(cell, factory, deadline: deadline)
  }

  func close(_ cell: Cell, silent: Bool) async throws { try await inner.close(cell, silent: silent) }

  func close(_ cell: Cell, deadline: Duration, silent: Bool) async throws {
    try await inner.close(cell, deadline: deadline, silent: silent)
  }

  func shutDown(_ cell: Cell, silent: Bool) async throws { try await inner.shutDown(cell, silent: silent) }

  func seed(_ cell: Cell, _ payload: Probe) async throws { try await inner.seed(cell, payload) }

  func swap(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe { try await inner.swap(cell, factory) }

  func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) async throws {
    try await inner.withValue(cell, factory, body)
  }
}
