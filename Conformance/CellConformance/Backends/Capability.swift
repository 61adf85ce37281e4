/// An ability that a backend may have beyond making, giving and closing a payload.
public enum Capability: String, Sendable, Hashable, CaseIterable {
  /// Seeding, behind its guard: ``BlockingSeeding`` or ``SuspendingSeeding``. Part of the core: without it a verdict is partial.
  case seeding
  /// Protection of payloads in use: ``BlockingLeasing`` or ``SuspendingLeasing``.
  case leasing
  /// Replacement of a payload while it serves: ``BlockingSwapping`` or ``SuspendingSwapping``.
  case swapping
  /// A way back after a swap: ``BlockingProbation`` or ``SuspendingProbation``.
  case probation
  /// Snapshots of a cell: ``BlockingSnapshots`` or ``SuspendingSnapshots``.
  case snapshots
  /// Problem documents of the backend's own: ``ProblemReporting``. Without it the kit's adapter reports.
  case problems
  /// A preloader of the backend's own: ``BlockingPreloading`` or ``SuspendingPreloading``. Without it the kit's is used.
  case preloading
  /// A registry of the backend's own: ``BlockingRegistering`` or ``SuspendingRegistering``. Without it the kit's closes cells.
  case registry
  /// An end for ever: ``BlockingShutdown`` or ``SuspendingShutdown``.
  case shutdown
  /// Closing that does not wait longer than asked: ``BlockingCloseDeadlines`` or ``SuspendingCloseDeadlines``.
  case closeDeadlines = "close-deadlines"
  /// A limit on concurrent users: ``GateConfiguring``.
  case gate
  /// Back-off and kept errors: ``FailurePolicyConfiguring``.
  case failurePolicies = "failure-policies"
  /// Cells for payloads of any type: ``BlockingAnyPayload`` or ``SuspendingAnyPayload``.
  case anyPayload = "any-payload"
  /// Events told to the world given to `makeCell`. No protocol: the rules look at what arrives.
  case events

  /// Whether a backend without it can still be conformant.
  public var isCore: Bool { self == .seeding }
}
