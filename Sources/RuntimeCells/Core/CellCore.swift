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
  var closers: [UInt64: Closing] = [:]
  var nextNumber: UInt64 = 0
  /// The value that a `.store` effect moves into its slot.
  var incoming: Value?
  /// The limits that go with `incoming`.
  var incomingLimits: [String] = []
  /// The factory's task, when it is asynchronous.
  var factoryTask: Task<Void, Never>?
  var factoryStarted: Duration = .zero
  /// What the factory threw, while its end is being worked in.
  var attemptError: (any Error)?
  var facts = Facts()
  var events = EventQueue()
  /// What the current transition leaves for after the lock.
  var deferred = DeferredWork()
  /// Keeps the core alive while a slot is occupied.
  private var selfHold: CellCoreBase?

  /// What snapshots and errors tell beyond the machine's state.
  struct Facts {
    var lastInitDuration: Duration?
    var lastError: (any Error)?
    var lastDisposeError: (any Error)?
    var limits: [String] = []
    var dependencies: [String] = []
  }

  init(name: String, configuration: CellConfiguration, disposer: CellDisposer<Value>) {
    self.configuration = configuration
    self.disposer = disposer
    payloads = .allocate(capacity: 2)
    machine = CellStateMachine(
      rules: .init(
        failurePolicy: configuration.failurePolicy, cancelWhenAbandoned: configuration.cancelWhenAbandoned))
    super.init(name: name, stripes: Stripes.count(wanted: configuration.stripes))
  }

  deinit { payloads.deallocate() }

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
  }

  private func carryOut(_ effect: CellStateMachine.Effect) {
    switch effect {
    case .start(let ticket, let leader): startFactory(ticket, leader: leader)
    case .cancelFactory:
      if let task = factoryTask { deferred.others.append { task.cancel() } }
    case .store(let slot, _): store(slot)
    case .publish(let slot, let generation): ground.open(slot: slot, generation: generation)
    case .retire(let slot):
      ground.hide()
      ground.beginDraining(slot: slot)
      if ground.endDrainingIfEmpty(slot: slot) { transition(.drained(slot)) }
    case .dispose(let slot, let generation, let wasPublished):
      dispose(slot, generation: generation, wasPublished: wasPublished)
    case .vacated: if machine.live == 0 { letGo() }
    case .grant(let waiter, let slot, let generation): grant(waiter, slot: slot, generation: generation)
    case .refuse(let waiter, let refusal): resume(waiter, with: .failure(error(for: refusal)))
    case .attemptEnded(let ticket, let outcome, let generation, let waiters):
      attemptEnded(ticket, outcome, generation: generation, waiters: waiters)
    case .closed(let closer, let disposerFailed, let didClose, let isFinal):
      closed(closer, disposerFailed: disposerFailed, didClose: didClose, isFinal: isFinal)
    case .closeTimedOut(let closer, let isFinal): closeTimedOut(closer, isFinal: isFinal)
    }
  }

  private func store(_ slot: Int) {
    guard let value = incoming.take() else { return }
    (payloads + slot).initialize(to: Payload(value))
    selfHold = self
  }

  private func letGo() {
    guard let hold = selfHold.take() else { return }
    // Releasing the last reference runs code: not under the lock.
    deferred.others.append { withExtendedLifetime(hold) {} }
  }

  func takeNumber() -> UInt64 {
    nextNumber += 1
    return nextNumber
  }
}
