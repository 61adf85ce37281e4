/// One thing that happened to a cell. Delivered to observers after it happened, in the order of `sequence`.
public struct CellEvent: Sendable {
  /// The cell's name.
  public var cell: String
  /// Counts a cell's events from 1, without gaps.
  public var sequence: UInt64
  /// What happened.
  public var kind: Kind

  /// Makes an event.
  public init(cell: String, sequence: UInt64, kind: Kind) {
    self.cell = cell
    self.sequence = sequence
    self.kind = kind
  }

  /// What happened. Names in quotes are the event names in logs.
  public enum Kind: Sendable {
    /// A factory was started.
    case initStarted(attempt: UInt64)
    /// "runtime_cell_initialized": an attempt ended, well or badly.
    case initialized(Initialization)
    /// "runtime_cell_disposed": a payload was disposed.
    case disposed(Disposal)
    /// "runtime_cell_closed": a call to close or shut down ended.
    case closed(Closing)
  }
}
