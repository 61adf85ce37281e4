import CellConformance
import CellContract

/// The actor cell, whose close leaves blocked tasks behind, one for each thread of the cooperative pool and more.
struct PoolBlockingBackend: SuspendingSeeding {
  let inner = ActorBackend()
  let manifest = BackendManifest(name: "hostile/blocks-pool", version: "1", capabilities: [.seeding])

  func makeCell(named name: String, in world: CellWorld) throws -> ActorBackend.Cell {
    try inner.makeCell(named: name, in: world)
  }
  func peek(_ cell: ActorBackend.Cell) async -> Probe? { await inner.peek(cell) }
  func getOrInitialize(_ cell: ActorBackend.Cell, _ factory: ProbeFactory) async throws -> Probe {
    try await inner.getOrInitialize(cell, factory)
  }
  func close(_ cell: ActorBackend.Cell, silent: Bool) async throws {
    try await inner.close(cell, silent: silent)
    for _ in 0..<64 {
      Task.detached {
        let monitor = Monitor()
        monitor.locked { while true { monitor.wait() } }
      }
    }
  }
  func seed(_ cell: ActorBackend.Cell, _ payload: Probe) async throws { try await inner.seed(cell, payload) }
}
