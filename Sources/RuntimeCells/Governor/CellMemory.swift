/// What a cell tells its ``MemoryGovernor``.
public struct CellMemory: Sendable {
  /// Admits the cell's inits and swaps, and closes it when memory is short and nobody uses it.
  public var governor: MemoryGovernor
  /// What one payload takes, in bytes. Nil: unknown; what the first payload was seen to take counts from then on.
  public var footprint: UInt64?
  /// Cells of lower priority are closed sooner when memory is short.
  public var priority: Int

  /// Puts a cell under a governor.
  public init(governor: MemoryGovernor, footprint: UInt64? = nil, priority: Int = 0) {
    self.governor = governor
    self.footprint = footprint
    self.priority = priority
  }
}
