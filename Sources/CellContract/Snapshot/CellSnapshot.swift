/// What a cell looked like at one moment. All members were read under one lock, so they agree with each other.
public struct CellSnapshot: Sendable, Hashable {
  /// The cell's name.
  public var name: String
  /// Whether a payload is held.
  public var initState: CellInitState
  /// What lies behind the state.
  public var detail: CellDetail
  /// The generation that is being served; nil unless ready.
  public var generation: CellGeneration?
  /// How long the last successful factory took; nil before the first one. A seeded payload takes no time and leaves this as it is.
  public var lastInitDuration: Duration?
  /// The median time of the last 15 initialisations that ended well; nil before the first.
  public var typicalInitDuration: Duration?
  /// How much longer the initialisation that runs will take, going by ``typicalInitDuration``; nil when nothing is known.
  public var estimatedWait: Duration?
  /// Notes on degraded operation; empty when there are none or the cell is not ready.
  public var limits: [String] = []
  /// Leases held on the current payload.
  public var leases: Int = 0
  /// Where the leases on the current payload were taken, as `#fileID:#line`, if the cell records that.
  public var leaseSites: [String] = []
  /// Leases held on older payloads that are still draining.
  public var drainingLeases: Int = 0
  /// Where those were taken, if the cell records that.
  public var drainingLeaseSites: [String] = []
  /// Older generations not disposed yet.
  public var drainingGenerations: [CellGeneration] = []
  /// Callers waiting for a payload.
  public var waiters: Int = 0
  /// How often a factory was started.
  public var attempts: UInt64 = 0
  /// Payloads made or seeded so far.
  public var built: UInt64 = 0
  /// Payloads disposed so far. `built == disposed + live` always holds.
  public var disposed: UInt64 = 0
  /// Payloads that exist right now, draining ones included: at most two.
  public var live: Int = 0
  /// The last factory's error in words; nil after a success.
  public var lastError: String?
  /// The last disposer's error in words.
  public var lastDisposeError: String?
  /// When the next attempt is due, counted from the snapshot; set while cooling down.
  public var retryAfter: Duration?
  /// Users that are through the gate; 0 without a gate.
  public var gateActive = 0
  /// Callers that wait at the gate.
  public var gateQueue = 0
  /// How long callers queued at the gate, those that passed at once included; nil without a gate.
  public var gateWaits: CellWaitTimes?
  /// Events that observers were too slow for; see ``CellDelivery``.
  public var droppedEvents: UInt64 = 0
  /// Names of the cells that this cell's factories asked for.
  public var dependencies: [String] = []
  /// What one payload takes by declaration, in bytes; nil when nothing was declared or nobody governs the memory.
  public var estimatedFootprint: UInt64?
  /// What making the last payload added to the process's resident memory, in bytes; nil while unknown. An upper or lower
  /// figure when other code allocates at the same time; taken only when no other governed factory ran meanwhile.
  public var measuredFootprint: Int64?

  /// Makes a snapshot of an idle cell; the members can then be set.
  public init(name: String, initState: CellInitState = .empty, detail: CellDetail = .idle) {
    self.name = name
    self.initState = initState
    self.detail = detail
  }

  /// ``lastInitDuration`` in milliseconds, the unit of status output.
  public var lastInitMilliseconds: Double? {
    lastInitDuration.map { $0 / .milliseconds(1) }
  }
}
