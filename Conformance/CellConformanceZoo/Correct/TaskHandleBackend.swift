public import CellConformance

/// A suspending backend whose flights are task handles, with one helper task for each waiter. Odd, and right.
public struct TaskHandleBackend: SuspendingSeeding {
  /// A cell of this backend.
  public struct Cell: Sendable { let inner: TaskHandleCell }

  /// The backend.
  public init() {}

  /// Name and abilities.
  public var manifest: BackendManifest {
    BackendManifest(name: "zoo.task-handle", version: "1", capabilities: [.seeding])
  }

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: TaskHandleCell(name: name, world: world))
  }

  /// The payload, if ready.
  public func peek(_ cell: Cell) async -> Probe? { cell.inner.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe {
    try await cell.inner.getOrInitialize(factory)
  }

  /// Empties the cell.
  public func close(_ cell: Cell, silent: Bool) async throws { try await cell.inner.close(silent: silent) }

  /// Puts a finished payload in.
  public func seed(_ cell: Cell, _ payload: Probe) async throws { try cell.inner.seed(payload) }
}
