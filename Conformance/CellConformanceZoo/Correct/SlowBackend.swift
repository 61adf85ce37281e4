import CellConformance
import CellContract

/// The lock cell with a pause before and after everything: slow is not wrong.
struct SlowBackend: BlockingSeeding, BlockingLeasing, BlockingSwapping, BlockingSnapshots {
  let inner = LockBackend()

  var manifest: BackendManifest {
    BackendManifest(name: "zoo.slow", version: "1", capabilities: [.seeding, .leasing, .swapping, .snapshots, .events])
  }

  private func slowly<R>(_ body: () throws -> R) rethrows -> R {
    for _ in 0..<50 { KitThread.yield() }
    defer { for _ in 0..<50 { KitThread.yield() } }
    return try body()
  }

  func makeCell(named name: String, in world: CellWorld) throws -> LockBackend.Cell {
    try slowly { try inner.makeCell(named: name, in: world) }
  }
  func peek(_ cell: LockBackend.Cell) -> Probe? { slowly { inner.peek(cell) } }
  func getOrInitialize(_ cell: LockBackend.Cell, _ factory: ProbeFactory) throws -> Probe {
    try slowly { try inner.getOrInitialize(cell, factory) }
  }
  func close(_ cell: LockBackend.Cell, silent: Bool) throws { try slowly { try inner.close(cell, silent: silent) } }
  func seed(_ cell: LockBackend.Cell, _ payload: Probe) throws { try slowly { try inner.seed(cell, payload) } }
  func withValue(_ cell: LockBackend.Cell, _ factory: ProbeFactory, _ body: LeaseBody) throws {
    try slowly { try inner.withValue(cell, factory, body) }
  }
  func swap(_ cell: LockBackend.Cell, _ factory: ProbeFactory) throws -> Probe {
    try slowly { try inner.swap(cell, factory) }
  }
  func snapshot(_ cell: LockBackend.Cell) -> CellSnapshot { slowly { inner.snapshot(cell) } }
}
