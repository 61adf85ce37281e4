public import CellConformance
public import CellContract

/// A blocking backend over a mutex and a condition: correct, and the body of most broken cells.
public struct LockBackend: BlockingSeeding, BlockingLeasing, BlockingSwapping, BlockingSnapshots {
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
      capabilities: defect == .hidesCapability
        ? [.seeding, .swapping, .snapshots]
        : [.seeding, .leasing, .swapping, .snapshots, .events])
  }

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: LockCell(name: name, world: world, defect: defect, shared: shared))
  }

  /// The payload, if ready.
  public func peek(_ cell: Cell) -> Probe? { cell.inner.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe {
    try cell.inner.getOrInitialize(factory)
  }

  /// Empties the cell.
  public func close(_ cell: Cell, silent: Bool) throws { try cell.inner.close(silent: silent) }

  /// Puts a finished payload in.
  public func seed(_ cell: Cell, _ payload: Probe) throws { try cell.inner.seed(payload) }

  /// Replaces the payload.
  public func swap(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe { try cell.inner.swap(factory) }

  /// Runs `body` with the payload held.
  public func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) throws {
    try cell.inner.withValue(factory, body)
  }

  /// The cell as it is now.
  public func snapshot(_ cell: Cell) -> CellSnapshot { cell.inner.snapshot() }
}
