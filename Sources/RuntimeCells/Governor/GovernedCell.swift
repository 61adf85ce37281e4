internal import CellContract

/// What a ``MemoryGovernor`` needs of a cell.
protocol GovernedCell: AnyObject, Sendable {
  var name: String { get }
  var memoryPriority: Int { get }
  /// Refuses new payloads with that error, or no longer. Takes the cell's lock.
  func setPaused(_ reason: CellError?)
  /// Whether the cell is ready, nobody uses it, and nothing is going on. Takes the cell's lock.
  var isIdle: Bool { get }
  /// Whether the cell was used since this was last asked.
  func takeUse() -> Bool
  /// Closes the cell if nobody uses it. Returns when its payload is gone.
  func closeIfIdle() async
  /// The answer to a request that had to wait.
  func admissionEnded(_ ticket: UInt64, refusedWith error: CellError?)
  /// A factory ran by itself; the process then held so many bytes more than before.
  func measured(_ bytes: Int64)
}
