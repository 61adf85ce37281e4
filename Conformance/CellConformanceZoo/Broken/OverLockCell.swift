import CellConformance

/// A backend that is the lock cell in all but one thing: it says what is different, and the rest is passed on.
protocol OverLockCell: BlockingCellBackend where Cell == LockBackend.Cell {
  var inner: LockBackend { get }
}

extension OverLockCell {
  func makeCell(named name: String, in world: CellWorld) throws -> Cell { try inner.makeCell(named: name, in: world) }

  func peek(_ cell: Cell) -> Probe? { inner.peek(cell) }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe {
    try inner.getOrInitialize(cell, factory)
  }

  func close(_ cell: Cell, silent: Bool) throws { try inner.close(cell, silent: silent) }
}
