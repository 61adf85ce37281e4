public import CellConformance

/// A blocking backend whose state is one atomic word: the winner of a compare-and-exchange builds, the others park until
/// the word changes. Odd, and right. Without leases and snapshots, so it also shows what a small backend looks like.
public struct AtomicsBackend: BlockingSeeding {
  /// A cell of this backend.
  public struct Cell: Sendable { let inner: AtomicsCell }

  /// The backend.
  public init() {}

  /// Name and abilities.
  public var manifest: BackendManifest {
    BackendManifest(name: "zoo.atomics", version: "1", capabilities: [.seeding])
  }

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: AtomicsCell(name: name, world: world))
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
