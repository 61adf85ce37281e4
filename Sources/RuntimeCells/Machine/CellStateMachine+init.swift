extension CellStateMachine {
  /// A caller wants a lease: grant it, let it join the flight, start one, park it, or refuse.
  mutating func acquire(_ waiter: Waiter, hasFactory: Bool, now: Duration) -> [Effect] {
    if isShutDown { return [.refuse(waiter, .shutDown)] }
    if let slot = current, let generation = slots[slot].generation {
      return [.grant(waiter, slot: slot, generation: generation)]
    }
    if flight?.isStale == false {
      flight?.waiters.append(waiter)
      return []
    }
    guard hasFactory else { return [.refuse(waiter, .empty)] }
    switch memory {
    case .coolingDown(let until, let attempt) where now < until:
      return [.refuse(waiter, .coolingDown(until: until, attempt: attempt))]
    case .failed(let attempt):
      return [.refuse(waiter, .failed(attempt: attempt))]
    case .none, .coolingDown:
      parked.append(waiter)
      return startParked()
    }
  }

  /// Starts a flight for the parked callers as soon as no factory runs and a slot is free: never two factories at once,
  /// never a third payload (D5, D9).
  mutating func startParked() -> [Effect] {
    guard flight == nil, current == nil, let leader = parked.first, let slot = slots.firstIndex(of: .vacant) else {
      return []
    }
    attempts += 1
    slots[slot] = .reserved
    flight = Flight(ticket: attempts, slot: slot, waiters: parked)
    parked = []
    return [.start(ticket: attempts, leader: leader)]
  }

  /// A caller stops waiting. The flight goes on for the others, and for nobody unless the rules say otherwise (D2, D3).
  mutating func leave(_ waiter: Waiter, _ why: Leaving) -> [Effect] {
    if let index = parked.firstIndex(of: waiter) {
      parked.remove(at: index)
      return [.refuse(waiter, why == .cancelled ? .cancelled : .deadlineWhileDraining)]
    }
    guard let index = flight?.waiters.firstIndex(of: waiter), let ticket = flight?.ticket else { return [] }
    flight?.waiters.remove(at: index)
    var effects: [Effect] = [.refuse(waiter, why == .cancelled ? .cancelled : .deadlineWhileBuilding)]
    if rules.cancelWhenAbandoned, flight?.waiters.isEmpty == true { effects.append(.cancelFactory(ticket: ticket)) }
    return effects
  }

  /// The factory returned: publish and let everybody in, or dispose what comes too late (D5).
  mutating func factoryReturned(_ ticket: UInt64) -> [Effect] {
    guard let flight, flight.ticket == ticket else { return [] }
    self.flight = nil
    built += 1
    generation += 1
    let store = Effect.store(slot: flight.slot, generation: generation)
    if flight.isStale {
      slots[flight.slot] = .disposing(generation)
      for index in closers.indices where closers[index].ticket == ticket {
        closers[index].ticket = nil
        closers[index].generations.insert(generation)
      }
      return [
        store, .attemptEnded(ticket: ticket, .abandoned, generation: generation, waiters: 0),
        .dispose(slot: flight.slot, generation: generation, wasPublished: false),
      ] + startParked()
    }
    slots[flight.slot] = .live(generation)
    current = flight.slot
    memory = .none
    failures = 0
    let grants = flight.waiters.map { Effect.grant($0, slot: flight.slot, generation: generation) }
    return [store, .publish(slot: flight.slot, generation: generation)] + grants
      + [.attemptEnded(ticket: ticket, .success, generation: generation, waiters: grants.count)]
  }

  /// The factory threw: everybody who waits gets its error; later callers meet the policy (D1).
  mutating func factoryThrew(_ ticket: UInt64, isRetryable: Bool, jitter: Double, now: Duration) -> [Effect] {
    guard let flight, flight.ticket == ticket else { return [] }
    self.flight = nil
    slots[flight.slot] = .vacant
    if flight.isStale {
      let done = endWaits { $0.ticket == ticket ? $0.ticket = nil : () }
      return [.attemptEnded(ticket: ticket, .abandoned, generation: nil, waiters: 0)] + done + startParked()
    }
    failures += 1
    memory = rules.failurePolicy.memory(
      afterFailure: failures, attempt: ticket, isRetryable: isRetryable, jitter: jitter, now: now)
    return flight.waiters.map { .refuse($0, .initializationFailed(attempt: ticket)) }
      + [.attemptEnded(ticket: ticket, .error, generation: nil, waiters: flight.waiters.count)]
  }
}
