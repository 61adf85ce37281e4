public import CellConformance

/// A blocking backend whose waiters are woken too early, for nothing and too often, and look again each time. Odd, and right.
public struct EagerWakerBackend: BlockingSeeding {
  /// A cell of this backend.
  public struct Cell: Sendable { let inner: EagerWakerCell }

  /// The backend.
  public init() {}

  /// Name and abilities.
  public var manifest: BackendManifest {
    BackendManifest(name: "zoo.eager-waker", version: "1", capabilities: [.seeding])
  }

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: EagerWakerCell(name: name, world: world))
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
}
