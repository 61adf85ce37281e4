public import CellConformance
public import CellContract
public import RuntimeCells
import Synchronization

/// How the kit reaches a `RuntimeCell`: the reference backend, on the suspending face.
public struct RuntimeCellBackend: SuspendingSeeding, SuspendingLeasing, SuspendingProbation, SuspendingSnapshots,
  SuspendingForcedCloses, SuspendingShutdown, SuspendingSweeping, SuspendingAnyPayload, SuspendingWaitDeadlines,
  ReadyReading, GateConfiguring, FailurePolicyConfiguring, InitDeadlineConfiguring, HopelessWaitConfiguring,
  AbandonmentConfiguring
{
  private let authority = SwapAuthority()

  /// Name and abilities.
  public let manifest = BackendManifest(
    name: "runtime-cell", version: "0.1",
    capabilities: [
      .seeding, .leasing, .swapping, .probation, .snapshots, .closeDeadlines, .shutdown, .registry, .anyPayload, .gate,
      .failurePolicies, .events, .forcedCloses, .readyReads, .waitDeadlines, .hopelessWaits, .initDeadlines,
      .abandonment, .sweeps, .drops,
    ])

  /// The backend.
  public init() {}

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    cell(name, CellConfiguration(in: world, authority: authority))
  }

  /// An empty cell with a gate.
  public func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world, authority: authority)
    configuration.gate = GateLimits(gate)
    return cell(name, configuration)
  }

  /// An empty cell with another policy after failures.
  public func makeCell(
    named name: String, in world: CellWorld, afterFailure plan: FailurePlan
  ) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world, authority: authority)
    configuration.failurePolicy = FailurePolicy(plan)
    return cell(name, configuration)
  }

  /// An empty cell that gives up on a factory after a time.
  public func makeCell(
    named name: String, in world: CellWorld, initDeadline: Duration
  ) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world, authority: authority)
    configuration.initDeadline = initDeadline
    return cell(name, configuration)
  }

  /// An empty cell that refuses who would wait in vain.
  public func makeCellRefusingHopelessWaits(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world, authority: authority)
    configuration.refusesHopelessWaits = true
    return cell(name, configuration)
  }

  /// An empty cell that cancels a factory nobody waits for.
  public func makeCellCancellingAbandoned(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world, authority: authority)
    configuration.cancelWhenAbandoned = true
    return cell(name, configuration)
  }

  private func cell(_ name: String, _ configuration: CellConfiguration) -> RuntimeCell<Probe> {
    RuntimeCell(name: name, configuration: configuration, disposer: .async { try await $0.closeSuspending() })
  }

  /// The payload, if ready.
  public func peek(_ cell: RuntimeCell<Probe>) async -> Probe? { cell.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let lease = try await cell.getOrInitialize { try await factory.make() }
    return lease.value
  }

  /// The payload, waited for no longer than that.
  public func getOrInitialize(
    _ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, deadline: Duration
  ) async throws -> Probe {
    let lease = try await cell.getOrInitialize(deadline: deadline) { try await factory.make() }
    return lease.value
  }

  /// Empties the cell, and disposes what tolerates it at the deadline.
  public func closeByForce(_ cell: RuntimeCell<Probe>, deadline: Duration, silent: Bool) async throws {
    try await cell.close(deadline: deadline, silent: silent, atDeadline: .force)
  }

  /// Runs `body` with the payload held, if it is there.
  public func useIfReady(_ cell: RuntimeCell<Probe>, _ body: LeaseBody) throws {
    _ = try cell.withValueIfReady { try body.run($0) }
  }

  /// Empties the cell.
  public func close(_ cell: RuntimeCell<Probe>, silent: Bool) async throws {
    try await cell.close(deadline: nil, silent: silent)
  }

  /// Empties the cell, and does not wait longer than that.
  public func close(_ cell: RuntimeCell<Probe>, deadline: Duration, silent: Bool) async throws {
    try await cell.close(deadline: deadline, silent: silent)
  }

  /// Empties the cell for ever.
  public func shutDown(_ cell: RuntimeCell<Probe>, silent: Bool) async throws {
    try await cell.shutDown(deadline: nil, silent: silent)
  }

  /// Runs `body` with the payload held.
  public func withValue(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, _ body: LeaseBody) async throws {
    try await cell.withValue(initializedBy: .async { try await factory.make() }) { try await body.runSuspending($0) }
  }

  /// Puts a finished payload in.
  public func seed(_ cell: RuntimeCell<Probe>, _ payload: Probe) async throws { try cell.seed(payload) }

  /// Replaces the payload.
  public func swap(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    try await swap(cell, factory, SwapOptions(maxAttempts: 1))
  }

  /// Replaces the payload and keeps the old one for a while.
  public func swap(
    _ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, probation: Duration
  ) async throws -> Probe {
    try await swap(cell, factory, SwapOptions(maxAttempts: 1, probation: probation))
  }

  private func swap(
    _ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, _ options: SwapOptions
  ) async throws -> Probe {
    let built = ProbeHolder()
    try await cell.swap(
      permit: authority.permit(reason: "conformance"), options: options, deadline: nil,
      factory: .async { try await built.keep(factory.make()) })
    guard let probe = built.probe else { throw CellError(.empty, cell: cell.name, message: "the swap built nothing") }
    return probe
  }

  /// Brings the kept payload back.
  public func rollBack(_ cell: RuntimeCell<Probe>) async throws {
    try cell.rollBack(permit: authority.permit(reason: "conformance"))
  }

  /// The cell as it is now.
  public func snapshot(_ cell: RuntimeCell<Probe>) async -> CellSnapshot { cell.snapshot() }

  /// A cell for payloads of any type.
  public func getTwice<Payload: Sendable>(
    named name: String, in world: CellWorld, make: @escaping @Sendable () throws -> Payload,
    use: @Sendable (Payload) -> Void
  ) async throws {
    let cell = RuntimeCell<Payload>(name: name, configuration: CellConfiguration(in: world))
    for _ in 0..<2 {
      let lease = try await cell.getOrInitialize(make)
      use(lease.value)
    }
    try await cell.close()
  }
}

extension RuntimeCellBackend {
  /// A registry with these cells.
  public func makeRegistry(of items: [RegistryItem<RuntimeCell<Probe>>]) async throws -> CellRegistry {
    let registry = CellRegistry()
    for item in items { try registry.register(item.cell, dependsOn: item.dependencies) }
    return registry
  }

  /// Runs `body` after every close of them all.
  public func addSweep(
    to registry: CellRegistry, named name: String, _ body: @escaping @Sendable () throws -> Void
  ) async {
    registry.addSweep(named: name) { try body() }
  }

  /// Closes them all.
  public func closeAll(_ registry: CellRegistry) async -> [String: any Error] {
    await errors { try await registry.closeAll(perCell: nil) }
  }

  /// Closes them all for ever.
  public func shutDownAll(_ registry: CellRegistry) async -> [String: any Error] {
    await errors { try await registry.shutdown(perCell: nil) }
  }

  private func errors(_ end: () async throws -> CellCloseReport) async -> [String: any Error] {
    do {
      let failed = try await end().items.compactMap { item in item.error.map { (item.cell, $0 as any Error) } }
      return Dictionary(failed) { first, _ in first }
    } catch { return ["": error] }
  }
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
