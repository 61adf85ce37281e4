public import CellConformance
public import CellContract

/// A blocking backend over a mutex and a condition: correct, and the body of most broken cells.
public struct LockBackend: BlockingSeeding, BlockingLeasing, BlockingProbation, BlockingSnapshots,
  BlockingCloseDeadlines, BlockingShutdown, BlockingRegistering, BlockingAnyPayload, GateConfiguring,
  FailurePolicyConfiguring, BlockingForcedCloses, BlockingSweeping, ReadyReading
{
  /// A cell of this backend.
  public struct Cell: Sendable { let inner: LockCell }

  let defect: Defect?
  private let shared = LockCell.SharedState()

  /// The correct backend.
  public init() { defect = nil }

  package init(defect: Defect) { self.defect = defect }

  /// Name and abilities.
  public var manifest: BackendManifest {
    BackendManifest(
      name: defect.map { "lock/\($0.rawValue)" } ?? "zoo.lock-condition", version: "1",
      capabilities: Self.abilities.subtracting(defect == .hidesCapability ? [.leasing] : []))
  }

  private static let abilities: Set<Capability> = [
    .seeding, .leasing, .swapping, .probation, .snapshots, .events, .closeDeadlines, .shutdown, .registry, .gate,
    .failurePolicies, .anyPayload, .forcedCloses, .readyReads, .sweeps, .drops,
  ]

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: LockCell(name: name, world: world, defect: defect, shared: shared))
  }

  /// An empty cell with a gate.
  public func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> Cell {
    Cell(inner: LockCell(name: name, world: world, defect: defect, shared: shared, plan: .gate(gate)))
  }

  /// An empty cell with another policy after failures.
  public func makeCell(named name: String, in world: CellWorld, afterFailure plan: FailurePlan) throws -> Cell {
    Cell(inner: LockCell(name: name, world: world, defect: defect, shared: shared, plan: .failure(plan)))
  }

  /// The payload, if ready.
  public func peek(_ cell: Cell) -> Probe? { cell.inner.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe {
    try cell.inner.getOrInitialize(factory)
  }

  /// Empties the cell.
  public func close(_ cell: Cell, silent: Bool) throws { try cell.inner.close(silent: silent) }

  /// Empties the cell, and does not wait longer than that.
  public func close(_ cell: Cell, deadline: Duration, silent: Bool) throws {
    try cell.inner.close(deadline: deadline, silent: silent)
  }

  /// Empties the cell, and disposes what tolerates it at the deadline.
  public func closeByForce(_ cell: Cell, deadline: Duration, silent: Bool) throws {
    try cell.inner.close(deadline: deadline, silent: silent, forces: true)
  }

  /// Runs `body` with the payload held, if it is there.
  public func useIfReady(_ cell: Cell, _ body: LeaseBody) throws { try cell.inner.useIfReady(body) }

  /// Empties the cell for ever.
  public func shutDown(_ cell: Cell, silent: Bool) throws { try cell.inner.shutDown(silent: silent) }

  /// Puts a finished payload in.
  public func seed(_ cell: Cell, _ payload: Probe) throws { try cell.inner.seed(payload) }

  /// Replaces the payload.
  public func swap(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe { try cell.inner.swap(factory) }

  /// Replaces the payload and keeps the old one for a while.
  public func swap(_ cell: Cell, _ factory: ProbeFactory, probation: Duration) throws -> Probe {
    try cell.inner.swap(factory, probation: probation)
  }

  /// Brings the kept payload back.
  public func rollBack(_ cell: Cell) throws { try cell.inner.rollBack() }

  /// Runs `body` with the payload held.
  public func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) throws {
    try cell.inner.withValue(factory, body)
  }

  /// The cell as it is now.
  public func snapshot(_ cell: Cell) -> CellSnapshot { cell.inner.snapshot() }

  /// What is kept of registered cells.
  public struct Registry: Sendable { let inner: LockRegistry }

  /// Registers cells.
  public func makeRegistry(of items: [RegistryItem<Cell>]) throws -> Registry {
    Registry(inner: try LockRegistry(items, backend: self, fault: nil))
  }

  /// Runs `body` after every close of them all.
  public func addSweep(to registry: Registry, named name: String, _ body: @escaping @Sendable () throws -> Void) {
    registry.inner.addSweep(body)
  }

  /// Closes them all.
  public func closeAll(_ registry: Registry) -> [String: any Error] { registry.inner.end(isFinal: false) }

  /// Closes them all for ever.
  public func shutDownAll(_ registry: Registry) -> [String: any Error] { registry.inner.end(isFinal: true) }

  /// A cell for payloads of any type.
  public func getTwice<Payload: Sendable>(
    named name: String, in world: CellWorld, make: @escaping @Sendable () throws -> Payload,
    use: @Sendable (Payload) -> Void
  ) throws {
    let cell = BoxCell<Payload>(fault: nil)
    for _ in 0..<2 { use(try cell.get(make)) }
    cell.close()
  }
}
