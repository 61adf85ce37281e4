public import CellConformance
public import CellContract

/// A suspending backend over an actor: correct, and the body of the broken cells of that face.
public struct ActorBackend: SuspendingSeeding, SuspendingLeasing, SuspendingSwapping, SuspendingSnapshots,
  SuspendingShutdown, SuspendingWaitDeadlines, GateConfiguring, InitDeadlineConfiguring, HopelessWaitConfiguring,
  AbandonmentConfiguring
{
  /// A cell of this backend.
  public struct Cell: Sendable { let inner: ActorCell }

  let defect: Defect?

  /// The correct backend.
  public init() { defect = nil }

  package init(defect: Defect) { self.defect = defect }

  /// Name and abilities.
  public var manifest: BackendManifest {
    BackendManifest(
      name: defect.map { "actor/\($0.rawValue)" } ?? "zoo.actor", version: "1",
      capabilities: [
        .seeding, .leasing, .swapping, .snapshots, .shutdown, .gate, .waitDeadlines, .initDeadlines, .hopelessWaits,
        .abandonment,
      ])
  }

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: ActorCell(name: name, world: world, defect: defect))
  }

  /// An empty cell with a gate.
  public func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> Cell {
    Cell(inner: ActorCell(name: name, world: world, defect: defect, plan: .gate(gate)))
  }

  /// An empty cell that gives up on a factory after a time.
  public func makeCell(named name: String, in world: CellWorld, initDeadline: Duration) throws -> Cell {
    Cell(inner: ActorCell(name: name, world: world, defect: defect, plan: .initDeadline(initDeadline)))
  }

  /// An empty cell that refuses who would wait in vain.
  public func makeCellRefusingHopelessWaits(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: ActorCell(name: name, world: world, defect: defect, plan: .refusesHopelessWaits))
  }

  /// An empty cell that cancels a factory nobody waits for.
  public func makeCellCancellingAbandoned(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: ActorCell(name: name, world: world, defect: defect, plan: .cancelsWhenAbandoned))
  }

  /// Empties the cell for ever.
  public func shutDown(_ cell: Cell, silent: Bool) async throws { try await cell.inner.shutDown(silent: silent) }

  /// The payload, if ready.
  public func peek(_ cell: Cell) async -> Probe? { await cell.inner.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe {
    try await cell.inner.getOrInitialize(factory)
  }

  /// The payload, waited for no longer than that.
  public func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory, deadline: Duration) async throws -> Probe {
    try await cell.inner.getOrInitialize(factory, deadline: deadline)
  }

  /// Empties the cell.
  public func close(_ cell: Cell, silent: Bool) async throws { try await cell.inner.close(silent: silent) }

  /// Puts a finished payload in.
  public func seed(_ cell: Cell, _ payload: Probe) async throws { try await cell.inner.seed(payload) }

  /// Replaces the payload.
  public func swap(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe { try await cell.inner.swap(factory) }

  /// Runs `body` with the payload held.
  public func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) async throws {
    try await cell.inner.withValue(factory, body)
  }

  /// The cell as it is now.
  public func snapshot(_ cell: Cell) async -> CellSnapshot { await cell.inner.snapshot() }
}
