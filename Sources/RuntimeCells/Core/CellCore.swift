internal import CellContract

/// The machinery of one cell: its state machine, the lock around it, and everything that the machine knows by number.
///
/// The core lives as long as its ``RuntimeCell``, a factory, a disposer, or an occupied slot: a lease stays good when the
/// cell itself is dropped.
final class CellCore<Value: Sendable>: CellCoreBase, @unchecked Sendable {
  // @unchecked: what is not constant is used under the ground's lock only.
  let configuration: CellConfiguration
  let disposer: CellDisposer<Value>
  /// The two places for payloads. A place is initialised while its slot has a generation.
  let payloads: UnsafeMutablePointer<Payload<Value>>

  var machine: CellStateMachine
  var waiters: [UInt64: Waiter<Value>] = [:]
  var swaps: [UInt64: SwapRequest<Value>] = [:]
  var closers: [UInt64: Closing] = [:]
  var nextNumber: UInt64 = 0
  /// The value that a `.store` effect moves into its slot, and what goes with it.
  var incoming: Value?
  var incomingLimits: [String] = []
  var incomingIsOwned = true
  /// Slots whose payload is somebody else's to dispose.
  var borrowedSlots: Set<Int> = []
  /// The factory's task, when it is asynchronous.
  var factoryTask: Task<Void, Never>?
  var factoryStarted: Duration = .zero
  /// Whether it runs for a swap.
  var factoryIsSwap = false
  /// What the running factory's caller was asked in.
  var factoryContext: (any CellCallContext)?
  var initTimer: Task<Void, Never>?
  /// What the factory threw, while its end is being worked in.
  var attemptError: (any Error)?
  /// Resumed when a rejected payload is gone.
  var rejection: CheckedContinuation<Void, Never>?
  var probation: Task<Void, Never>?
  /// What the machine answered to the seed or roll-back under way.
  var answer = Answer.none
  var facts = Facts()
  var events: EventQueue
  /// A factory that waits for memory, and why others did not get any.
  var pendingStart: PendingStart<Value>?
  var refusedAdmission: CellError?
  var pauseReason: CellError?
  /// What the current transition leaves for after the lock.
  var deferred = DeferredWork()
  /// Keeps the core alive while a slot is occupied.
  private var selfHold: CellCoreBase?

  /// What snapshots and errors tell beyond the machine's state.
  struct Facts {
    var lastInitDuration: Duration?
    var initTimes = InitTimes()
    var lastError: (any Error)?
    var lastDisposeError: (any Error)?
    /// The limits of the payload in each slot.
    var limits: [[String]] = [[], []]
    /// Limits that were reported from outside.
    var reportedLimits: [String] = []
    var dependencies: [String] = []
    /// What the last payload's factory added to the process's memory.
    var measuredFootprint: Int64?
  }

  /// What the machine answered at once.
  enum Answer {
    case none
    case done(generation: UInt64)
    case refused(CellStateMachine.Refusal)
  }

  init(name: String, configuration: CellConfiguration, disposer: CellDisposer<Value>) {
    self.configuration = configuration
    self.disposer = disposer
    payloads = .allocate(capacity: 2)
    events = EventQueue(queues: ObserverQueue.queues(for: configuration.observers))
    machine = CellStateMachine(
      rules: .init(
        failurePolicy: configuration.failurePolicy, cancelWhenAbandoned: configuration.cancelWhenAbandoned))
    super.init(
      name: name, stripes: Stripes.count(wanted: configuration.stripes), readPath: configuration.readPath)
    if configuration.recordsLeaseSites
      ?? CellGuard.isTruthy(configuration.environment[CellDebug.leaseSitesVariable])
    {
      sites = LeaseSites()
    }
    if let limits = configuration.gate {
      gate = CellGate(cell: name, limits: limits, clock: configuration.clock) { [weak self] retryAfter in
        guard let core = self else { return }
        core.locked { core.emit(.gateOverloaded(retryAfter: retryAfter)) }
      }
    }
    joinGovernor()
  }

  deinit {
    payloads.deallocate()
    configuration.memory?.governor.remove(ObjectIdentifier(self))
  }

  /// Takes one event through the machine and does what it asks for.
  func process(_ event: CellStateMachine.Event) {
    locked { transition(event) }
  }

  /// Runs `body` under the lock, then performs what it left, without the lock.
  func locked<R>(_ body: () -> R) -> R {
    ground.lock()
    let result = body()
    let work = takeDeferred()
    ground.unlock()
    work.perform()
    return result
  }

  /// Hands over what is to be done after the lock. Under the lock.
  func takeDeferred() -> DeferredWork {
    let work = deferred
    deferred = DeferredWork()
    return work
  }

  override func leaseEnded(slot: Int) -> DeferredWork {
    if ground.endDrainingIfEmpty(slot: slot) { transition(.drained(slot)) }
    return takeDeferred()
  }

  override func recordDependency(on other: CellCoreBase) {
    locked {
      if other !== self, !facts.dependencies.contains(other.name) { facts.dependencies.append(other.name) }
    }
  }

  /// One step of the machine and its effects. Under the lock.
  func transition(_ event: CellStateMachine.Event) {
    for effect in machine.handle(event, now: configuration.clock.now) { carryOut(effect) }
    tellGovernor()
  }

  /// Moves the incoming payload into its slot. Under the lock.
  func store(_ slot: Int) {
    guard let value = incoming.take() else { return }
    (payloads + slot).initialize(to: Payload(value))
    facts.limits[slot] = incomingLimits
    if !incomingIsOwned { borrowedSlots.insert(slot) }
    incomingLimits = []
    incomingIsOwned = true
    selfHold = self
  }

  /// A slot is empty. Under the lock.
  func vacated(_ slot: Int) {
    facts.limits[slot] = []
    borrowedSlots.remove(slot)
    guard machine.slots.allSatisfy({ $0.generation == nil }), let hold = selfHold.take() else { return }
    // Releasing the last reference runs code: not under the lock.
    deferred.others.append { withExtendedLifetime(hold) {} }
  }

  func takeNumber() -> UInt64 {
    nextNumber += 1
    return nextNumber
  }
}
