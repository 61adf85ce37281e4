extension CellStateMachine {
  /// A caller wants a lease: grant it, let it join the flight, start one, park it, or refuse.
  mutating func acquire(_ caller: Caller, now: Duration) -> [Effect] {
    if isShutDown { return [.refuse(caller.id, .shutDown)] }
    if let slot = current, let generation = slots[slot].generation {
      return [.grant(caller.id, slot: slot, generation: generation)]
    }
    if flight?.isStale == false {
      flight?.waiters.append(caller)
      return []
    }
    if parkedSwap != nil {
      parked.append(caller)
      return []
    }
    guard caller.hasFactory else { return [.refuse(caller.id, .empty)] }
    if isPaused { return [.refuse(caller.id, .notAdmitted)] }
    switch memory {
    case .coolingDown(let until, let attempt) where now < until:
      return [.refuse(caller.id, .coolingDown(until: until, attempt: attempt))]
    case .failed(let attempt):
      return [.refuse(caller.id, .failed(attempt: attempt))]
    case .none, .coolingDown:
      parked.append(caller)
      return startParked()
    }
  }

  /// Starts a flight for the parked swap or callers as soon as no factory runs and a slot is free: never two factories at
  /// once, never a third payload (D5, D9).
  mutating func startParked() -> [Effect] {
    guard flight == nil else { return [] }
    if let swap = parkedSwap { return start(swap) }
    guard current == nil, let leader = parked.first(where: \.hasFactory), let slot = slots.firstIndex(of: .vacant)
    else {
      return []
    }
    attempts += 1
    slots[slot] = .reserved
    flight = Flight(ticket: attempts, slot: slot, waiters: parked)
    parked = []
    return [.start(ticket: attempts, leader: leader.id, swap: nil)]
  }

  /// A caller stops waiting. The flight goes on for the others, and for nobody unless the rules say otherwise (D2, D3).
  mutating func leave(_ waiter: Waiter, _ why: Leaving) -> [Effect] {
    if let index = parked.firstIndex(where: { $0.id == waiter }) {
      parked.remove(at: index)
      return [.refuse(waiter, why == .cancelled ? .cancelled : .deadlineWhileDraining)]
    }
    guard let flight, let index = flight.waiters.firstIndex(where: { $0.id == waiter }) else { return [] }
    self.flight?.waiters.remove(at: index)
    let refusal: Effect = .refuse(waiter, why == .cancelled ? .cancelled : .deadlineWhileBuilding)
    guard rules.cancelWhenAbandoned, flight.swap == nil, flight.waiters.count == 1 else { return [refusal] }
    return [refusal, .cancelFactory(ticket: flight.ticket)]
  }

  /// The factory returned: publish and let everybody in, or dispose what comes too late (D5).
  mutating func factoryReturned(_ ticket: UInt64) -> [Effect] {
    guard let flight, flight.ticket == ticket, flight.isStarted, slots[flight.slot] == .reserved else { return [] }
    self.flight = nil
    let new = nextPayload()
    let store = Effect.store(slot: flight.slot, generation: new)
    if flight.isStale {
      slots[flight.slot] = .disposing(new)
      for index in closers.indices where closers[index].ticket == ticket {
        closers[index].ticket = nil
        closers[index].generations.insert(new)
      }
      return [store] + report(flight, .abandoned, generation: new, waiters: 0)
        + [.dispose(slot: flight.slot, generation: new, wasPublished: false)] + startParked()
    }
    memory = .none
    failures = 0
    var effects: [Effect] = [store, .publish(slot: flight.slot, generation: new)]
    let old = current
    let oldGeneration = old.flatMap { slots[$0].generation }
    slots[flight.slot] = .live(new)
    current = flight.slot
    effects += flight.waiters.map { .grant($0.id, slot: flight.slot, generation: new) }
    effects += report(flight, .success, generation: new, waiters: flight.waiters.count)
    if let swap = flight.swap {
      let isKept = swap.keepsOld && old != nil
      if let old, let oldGeneration {
        slots[old] = isKept ? .probation(oldGeneration) : .draining(oldGeneration)
        if !isKept { effects.append(.retire(slot: old)) }
      }
      effects.append(.swapped(swap.id, from: oldGeneration, to: new, oldIsKept: isKept))
    }
    // A caller that was parked for a swap, and a swap that was parked behind this flight.
    return effects + admitParked() + startParked()
  }

  /// The factory threw: everybody who waits gets its error; later callers meet the policy (D1).
  mutating func factoryThrew(_ ticket: UInt64, isRetryable: Bool, jitter: Double, now: Duration) -> [Effect] {
    guard let flight, flight.ticket == ticket, flight.isStarted, slots[flight.slot] == .reserved else { return [] }
    self.flight = nil
    slots[flight.slot] = .vacant
    if flight.isStale {
      let done = endWaits { if $0.ticket == ticket { $0.ticket = nil } }
      return report(flight, .abandoned, generation: nil, waiters: 0) + done + startParked()
    }
    // A failed swap leaves the old payload serving, and says nothing about the cell's own factory.
    if flight.swap == nil {
      failures += 1
      memory = rules.failurePolicy.memory(
        afterFailure: failures, attempt: ticket, isRetryable: isRetryable, jitter: jitter, now: now)
    }
    var effects: [Effect] = flight.waiters.map { .refuse($0.id, .initializationFailed(attempt: ticket)) }
    effects += report(flight, .error, generation: nil, waiters: flight.waiters.count)
    if let swap = flight.swap { effects.append(.swapRefused(swap.id, .swapFailed)) }
    return effects + startParked()
  }

  /// The factory has run for too long: everybody who waits is told, and its payload is not wanted any more (D3).
  mutating func initDeadline(_ ticket: UInt64, jitter: Double, now: Duration) -> [Effect] {
    guard let flight, flight.ticket == ticket, flight.isStarted, !flight.isStale, flight.swap == nil else { return [] }
    failures += 1
    memory = rules.failurePolicy.memory(
      afterFailure: failures, attempt: ticket, isRetryable: true, jitter: jitter, now: now)
    let effects: [Effect] = flight.waiters.map { .refuse($0.id, .initDeadline(attempt: ticket)) }
    self.flight?.waiters = []
    self.flight?.isStale = true
    self.flight?.isReported = true
    return effects + report(flight, .error, generation: nil, waiters: flight.waiters.count)
      + [.cancelFactory(ticket: ticket)]
  }

  /// There is no memory for the payload. No failure of the factory, which did not run.
  mutating func notAdmitted(_ ticket: UInt64) -> [Effect] {
    guard let flight, flight.ticket == ticket, flight.isStarted, slots[flight.slot] == .reserved else { return [] }
    self.flight = nil
    slots[flight.slot] = .vacant
    var effects: [Effect] = flight.waiters.map { .refuse($0.id, .notAdmitted) }
    if let swap = flight.swap, !flight.isStale { effects.append(.swapRefused(swap.id, .notAdmitted)) }
    effects += report(flight, .abandoned, generation: nil, waiters: flight.waiters.count)
    effects += endWaits { if $0.ticket == ticket { $0.ticket = nil } }
    return effects + startParked()
  }

  /// Tells the end of an attempt, once.
  func report(_ flight: Flight, _ outcome: Outcome, generation: UInt64?, waiters: Int) -> [Effect] {
    flight.isReported
      ? [] : [.attemptEnded(ticket: flight.ticket, outcome, generation: generation, waiters: waiters)]
  }

  /// Gives the payload that has just been published to those that wait for a slot.
  mutating func admitParked() -> [Effect] {
    guard let slot = current, let generation = slots[slot].generation else { return [] }
    let callers = parked
    parked = []
    return callers.map { .grant($0.id, slot: slot, generation: generation) }
  }

  /// Counts a payload and gives it its number.
  mutating func nextPayload() -> UInt64 {
    built += 1
    generation += 1
    return generation
  }
}
