public import CellContract

/// A blocking backend whose cells can be described (``Capability/snapshots``).
public protocol BlockingSnapshots: BlockingCellBackend {
  /// The cell as it is now. Must not wait for a factory or a disposer.
  func snapshot(_ cell: Cell) -> CellSnapshot
}

/// A suspending backend whose cells can be described (``Capability/snapshots``).
public protocol SuspendingSnapshots: SuspendingCellBackend {
  /// The cell as it is now. Must not wait for a factory or a disposer.
  func snapshot(_ cell: Cell) async -> CellSnapshot
}
