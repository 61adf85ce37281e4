/// One thing that happened to a cell. Delivered to observers after it happened, in the order of `sequence`.
public struct CellEvent: Sendable {
  /// The cell's name.
  public var cell: String
  /// Counts a cell's events from 1, without gaps.
  public var sequence: UInt64
  /// What happened.
  public var kind: Kind
  /// What the cell took from the call that led to this; nil when its cell takes nothing or no call did.
  public var context: (any CellCallContext)?

  /// Makes an event.
  public init(cell: String, sequence: UInt64, kind: Kind, context: (any CellCallContext)? = nil) {
    self.cell = cell
    self.sequence = sequence
    self.kind = kind
    self.context = context
  }

  /// What happened. Names in quotes are the event names in logs.
  public enum Kind: Sendable {
    /// "runtime_cell_init_started": an attempt to make a payload began, for a swap too. Each has exactly one end,
    /// `initialized`, whatever became of it.
    case initStarted(attempt: UInt64)
    /// "runtime_cell_initialized": an attempt ended, well or badly.
    case initialized(Initialization)
    /// "runtime_cell_disposed": a payload was disposed.
    case disposed(Disposal)
    /// "runtime_cell_closed": a call to close or shut down ended.
    case closed(Closing)
    /// "runtime_cell_seeded": a payload was put in by hand.
    case seeded(Seeding)
    /// "runtime_cell_swap_success": a new payload serves.
    case swapSucceeded(Swapping)
    /// "runtime_cell_swap_failure": the old payload goes on serving.
    case swapFailed(Swapping)
    /// "runtime_cell_swap_success" with `restores`: the payload before the last swap serves again. Metrics count it apart,
    /// as `runtime_cell_swap_total{outcome="rolled_back"}`.
    case rolledBack(RollBack)
    /// "runtime_cell_lease_leak": leases were still held at the deadline of a close. `sites` says where they were taken,
    /// if the cell records that.
    case leaseLeak(generation: CellGeneration, holders: Int, sites: [String])
    /// "runtime_cell_gate_overloaded": a caller was turned away at the gate.
    case gateOverloaded(retryAfter: Duration)
  }
}
