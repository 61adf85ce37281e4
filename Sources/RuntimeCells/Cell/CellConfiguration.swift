public import CellContract

/// How a cell behaves, apart from its payload.
public struct CellConfiguration: Sendable {
  /// What later callers meet after a failed attempt.
  public var failurePolicy: FailurePolicy
  /// Whether an error is worth another attempt. One that is not stays until the cell is reset.
  public var isRetryable: @Sendable (any Error) -> Bool
  /// Whether a factory is cancelled when the last caller that waited for it has left. A payload that it makes all the
  /// same is published.
  public var cancelWhenAbandoned: Bool
  /// How long a factory may take before its callers are told and its payload is not wanted any more; nil means any time.
  public var initDeadline: Duration?
  /// Whether a caller is refused with `warmingUp` at once when its deadline comes sooner than the payload, going by how long
  /// earlier initialisations took (their median). The initialisation is begun or goes on all the same.
  public var refusesHopelessWaits: Bool
  /// How many may use the payload at once; nil means any number. Applies to leases of every kind.
  public var gate: GateLimits?
  /// Where the guards of seed and swap look up their variables.
  public var environment: CellEnvironment
  /// Whose permits allow a swap; nil allows none.
  public var swapAuthority: SwapAuthority?
  /// How many stripes count the leases, rounded up to a power of two; nil means twice the number of processors. Each takes
  /// 128 bytes.
  public var stripes: Int?
  /// Whether leases record where they were taken, so that the snapshot and a close that waits too long name their holders;
  /// nil means that `KGFOUNDRY_RECORD_LEASE_SITES` decides. Costs a lock and an allocation a lease; when off, nothing.
  /// Synchronous reads are never recorded.
  public var recordsLeaseSites: Bool?
  /// How synchronous reads protect the payload. Not public: the choice shows in nothing but time, and tests take both.
  var readPath = ReadPath.ofProcess
  /// The time that deadlines and delays are measured in.
  public var clock: CellClock
  /// Where blocking code and observers run.
  public var threads: CellThreads
  /// Are told what happens.
  public var observers: [any CellObserver]
  /// Called in the task of each caller that may start a factory, a swap or a close, outside every lock. What it gives
  /// surrounds the factory's run, which inherits nothing else of the caller, and comes to the observers with the event that
  /// ends what the call began. Ready reads do not call it.
  public var callContext: (@Sendable () -> (any CellCallContext)?)?
  /// Who watches over the memory of the cell's payloads, and what they take; nil leaves that to nobody.
  public var memory: CellMemory?

  /// A configuration with the defaults of the original design: failed attempts are repeated by the next caller.
  public init(
    failurePolicy: FailurePolicy = .retryImmediately,
    isRetryable: @escaping @Sendable (any Error) -> Bool = { _ in true },
    cancelWhenAbandoned: Bool = false,
    initDeadline: Duration? = nil,
    refusesHopelessWaits: Bool = false,
    gate: GateLimits? = nil,
    environment: CellEnvironment = .process,
    swapAuthority: SwapAuthority? = nil,
    stripes: Int? = nil,
    recordsLeaseSites: Bool? = nil,
    clock: CellClock = .continuous,
    threads: CellThreads = .shared,
    observers: [any CellObserver] = [],
    callContext: (@Sendable () -> (any CellCallContext)?)? = nil,
    memory: CellMemory? = nil
  ) {
    self.failurePolicy = failurePolicy
    self.isRetryable = isRetryable
    self.cancelWhenAbandoned = cancelWhenAbandoned
    self.initDeadline = initDeadline
    self.refusesHopelessWaits = refusesHopelessWaits
    self.gate = gate
    self.environment = environment
    self.swapAuthority = swapAuthority
    self.stripes = stripes
    self.recordsLeaseSites = recordsLeaseSites
    self.clock = clock
    self.threads = threads
    self.observers = observers
    self.callContext = callContext
    self.memory = memory
  }
}
