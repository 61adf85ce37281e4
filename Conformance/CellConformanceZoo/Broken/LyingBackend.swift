import CellConformance

/// Declares swapping and has no such protocol.
struct LyingBackend: BlockingCellBackend {
  let inner = LockBackend()
  let manifest = BackendManifest(name: "lock/declares-missing-capability", capabilities: [.swapping])

  func makeCell(named name: String, in world: CellWorld) throws -> LockBackend.Cell {
    try inner.makeCell(named: name, in: world)
  }
  func peek(_ cell: LockBackend.Cell) -> Probe? { inner.peek(cell) }
  func getOrInitialize(_ cell: LockBackend.Cell, _ factory: ProbeFactory) throws -> Probe {
    try inner.getOrInitialize(cell, factory)
  }
  func close(_ cell: LockBackend.Cell, silent: Bool) throws { try inner.close(cell, silent: silent) }
}
