public import CellContract

/// One row of the cells table, in readyz and in `codeintel runtime status` (seed feature S32).
public struct CellStatus: Sendable, Hashable, Codable {
  /// What a check of the cell says. Cold and broken are different things.
  public enum Check: String, Sendable, Hashable, Codable, CaseIterable {
    /// Ready, without limits.
    case ok
    /// Ready, with limits.
    case degraded
    /// Not asked for yet, or closed in good order: the next request makes it ready.
    case cold
    /// A factory is running.
    case warming
    /// The last attempt failed, or the cell is closed for good.
    case error
    /// Cannot be had in this build or configuration; the limits say why.
    case disabled
  }

  /// The cell's name.
  public var name: String
  /// `empty`, `initializing` or `ready`.
  public var initState: String
  /// What lies behind the state: a raw value of ``CellContract/CellDetail``, or `disabled`.
  public var detail: String
  /// What the check says.
  public var check: Check
  /// Whether the service's readiness depends on it.
  public var isRequired: Bool
  /// Notes on degraded operation.
  public var limits: [String]
  /// The value of the label `cell` in the cell's metrics.
  public var metricLabel: String
  /// How long the last successful factory took, in milliseconds.
  public var lastInitMilliseconds: Double?
  /// The generation of the payload that is served.
  public var generation: UInt64?
  /// Leases held, on payloads that drain too.
  public var leases: Int
  /// Callers that wait for an initialisation.
  public var waiters: Int
  /// The last failure in words, while it matters.
  public var error: String?
  /// When the next attempt is due, in seconds from now.
  public var retryAfterSeconds: Double?
  /// What the payload takes in memory by estimate, in bytes; nil where nobody estimated.
  public var estimatedBytes: UInt64?

  enum CodingKeys: String, CodingKey {
    case name, detail, check, limits, generation, leases, waiters, error
    case initState = "init_state"
    case isRequired = "required"
    case metricLabel = "metric_label"
    case lastInitMilliseconds = "last_init_ms"
    case retryAfterSeconds = "retry_after_seconds"
    case estimatedBytes = "estimated_bytes"
  }

  /// The row of a cell as it is now.
  public init(_ snapshot: CellSnapshot, isRequired: Bool = false) {
    name = snapshot.name
    initState = snapshot.initState.rawValue
    detail = snapshot.detail.rawValue
    self.isRequired = isRequired
    limits = snapshot.limits
    metricLabel = snapshot.name
    lastInitMilliseconds = snapshot.lastInitMilliseconds
    generation = snapshot.generation?.rawValue
    leases = snapshot.leases + snapshot.drainingLeases
    waiters = snapshot.waiters
    error = snapshot.initState == .ready ? nil : snapshot.lastError
    retryAfterSeconds = snapshot.retryAfter.map { $0 / .seconds(1) }
    estimatedBytes = snapshot.estimatedFootprint
    check = Self.check(snapshot)
  }

  /// The row of a cell that cannot be had.
  public init(disabled name: String, reason: String) {
    self.name = name
    initState = CellInitState.empty.rawValue
    detail = "disabled"
    check = .disabled
    isRequired = false
    limits = [reason]
    metricLabel = name
    leases = 0
    waiters = 0
  }

  /// Whether this row keeps a service from being ready: it is required, and the way to it is broken. A required cell that
  /// is merely cold (an operator closed it) is made ready by the next request, so it blocks nothing (design decision D18).
  public var blocksReadiness: Bool { isRequired && check == .error }

  private static func check(_ snapshot: CellSnapshot) -> Check {
    switch (snapshot.initState, snapshot.detail) {
    case (.ready, _): snapshot.limits.isEmpty ? .ok : .degraded
    case (_, .coolingDown), (_, .failed), (_, .shutDown): .error
    case _ where snapshot.lastError != nil: .error
    case (.initializing, _): .warming
    default: .cold
    }
  }
}
