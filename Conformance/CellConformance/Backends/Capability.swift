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
  /// Closing that disposes a payload under its users at the deadline, where the payload tolerates it:
  /// ``BlockingForcedCloses`` or ``SuspendingForcedCloses``.
  case forcedCloses = "forced-closes"
  /// Work on a payload only if it is there, without waiting: ``ReadyReading``.
  case readyReads = "ready-reads"
  /// Calls that wait no longer than asked for a payload: ``BlockingWaitDeadlines`` or ``SuspendingWaitDeadlines``.
  case waitDeadlines = "wait-deadlines"
  /// Refusing at once who would wait in vain: ``HopelessWaitConfiguring``.
  case hopelessWaits = "hopeless-waits"
  /// Factories that are given up after a time: ``InitDeadlineConfiguring``.
  case initDeadlines = "init-deadlines"
  /// Factories that are cancelled when nobody waits for them any more: ``AbandonmentConfiguring``.
  case abandonment
  /// Hooks that a registry runs after it closed its cells: ``BlockingSweeping`` or ``SuspendingSweeping``.
  case sweeps
  /// A limit on concurrent users: ``GateConfiguring``.
  case gate
  /// Back-off and kept errors: ``FailurePolicyConfiguring``.
  case failurePolicies = "failure-policies"
  /// Cells for payloads of any type: ``BlockingAnyPayload`` or ``SuspendingAnyPayload``.
  case anyPayload = "any-payload"
  /// Events told to the world given to `makeCell`. No protocol: the rules look at what arrives.
  case events
  /// Disposal of what a cell still holds when the last reference to the cell goes. No protocol: the rule looks.
  case drops

  /// The abilities that no protocol shows: what the manifest says is tried, not compared.
  static let withoutProtocol: Set<Capability> = [.events, .drops]

  /// Whether a backend without it can still be conformant.
  public var isCore: Bool { self == .seeding }
}
