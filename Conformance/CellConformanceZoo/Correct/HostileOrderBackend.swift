public import CellConformance

/// A suspending backend over an actor whose jobs run, and whose waiters are resumed, in an order drawn from a seed. Odd, and
/// right: nothing in it depends on who comes first.
public struct HostileOrderBackend: SuspendingSeeding {
  /// A cell of this backend.
  public struct Cell: Sendable { let inner: HostileOrderCell }

  /// One thread for all cells, made once.
  private static let scheduler = Result { try HostileScheduler(seed: 20_261_123) }
  private let seed: UInt64

  /// The backend; `seed` decides the orders.
  public init(seed: UInt64 = 1) { self.seed = seed }

  /// Name and abilities.
  public var manifest: BackendManifest {
    BackendManifest(name: "zoo.hostile-order", version: "1", capabilities: [.seeding])
  }

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(inner: HostileOrderCell(name: name, world: world, scheduler: try Self.scheduler.get(), seed: seed))
  }

  /// The payload, if ready.
  public func peek(_ cell: Cell) async -> Probe? { await cell.inner.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe {
    try await cell.inner.getOrInitialize(factory)
  }

  /// Empties the cell.
  public func close(_ cell: Cell, silent: Bool) async throws { try await cell.inner.close(silent: silent) }

  /// Puts a finished payload in.
  public func seed(_ cell: Cell, _ payload: Probe) async throws { try await cell.inner.seed(payload) }
}
