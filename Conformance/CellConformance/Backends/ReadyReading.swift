/// A backend of either face that lets callers work on a payload only if it is there (``Capability/readyReads``).
public protocol ReadyReading: CellBackend {
  /// Calls `body.run` with the payload, which is not disposed before that returned, if the cell is ready; else does nothing.
  /// Never waits, suspends or starts anything.
  ///
  /// - Throws: what `body` throws, as it is.
  func useIfReady(_ cell: Cell, _ body: LeaseBody) throws
}
