extension CellStateMachine {
  /// A replacement is wanted: one at a time, and after whatever flight is under way (D8, D9).
  mutating func swap(_ swap: Swap) -> [Effect] {
    if isShutDown { return [.swapRefused(swap.id, .shutDown)] }
    if isPaused { return [.swapRefused(swap.id, .notAdmitted)] }
    if parkedSwap != nil || (flight?.swap != nil && flight?.isStale == false) {
      return [.swapRefused(swap.id, .swapInProgress)]
    }
    parkedSwap = swap
    return endProbation() + startParked()
  }

  /// Starts the parked swap if there is a slot for its payload. On an empty cell a swap initialises, and whoever waits
  /// for a payload waits for this one.
  mutating func start(_ swap: Swap) -> [Effect] {
    guard let slot = slots.firstIndex(of: .vacant) else { return [] }
    parkedSwap = nil
    attempts += 1
    slots[slot] = .reserved
    var flight = Flight(ticket: attempts, slot: slot, waiters: parked, swap: swap)
    parked = []
    guard swap.resourcePreserving, live > 0 else {
      self.flight = flight
      return [.start(ticket: attempts, leader: nil, swap: swap.id)]
    }
    // One payload fills the machine: the old one goes first, and readers wait.
    flight.isStarted = false
    self.flight = flight
    return hideAndRetire()
  }

  /// Starts a flight that waited for room.
  mutating func startWaitingFlight() -> [Effect] {
    guard let flight, !flight.isStarted, live == 0 else { return [] }
    self.flight?.isStarted = true
    return [.start(ticket: flight.ticket, leader: nil, swap: flight.swap?.id)]
  }

  /// The caller of a swap gives up: before the start nothing has happened, later the payload is not wanted any more.
  mutating func leaveSwap(_ id: Swapper, _ why: Leaving) -> [Effect] {
    if parkedSwap?.id == id {
      parkedSwap = nil
      return [.swapRefused(id, why == .cancelled ? .cancelled : .deadlineWhileDraining)] + resortParked()
    }
    guard let flight, flight.swap?.id == id, !flight.isStale else { return [] }
    let refusal = Effect.swapRefused(id, why == .cancelled ? .cancelled : .deadlineWhileBuilding)
    parked = flight.waiters + parked
    guard flight.isStarted else {
      self.flight = nil
      slots[flight.slot] = .vacant
      return [refusal] + resortParked()
    }
    self.flight?.waiters = []
    self.flight?.isStale = true
    return [refusal, .cancelFactory(ticket: flight.ticket)] + resortParked()
  }

  /// Callers that waited for a swap wait for their own factories now, if they have some.
  private mutating func resortParked() -> [Effect] {
    let without = parked.filter { !$0.hasFactory }
    parked.removeAll { !$0.hasFactory }
    return without.map { .refuse($0.id, .empty) } + startParked()
  }

  /// A replacement was made but is not good enough: it is disposed, and the flight may make another one.
  mutating func candidateRejected(_ ticket: UInt64) -> [Effect] {
    guard let flight, flight.ticket == ticket, flight.isStarted, slots[flight.slot] == .reserved else { return [] }
    let new = nextPayload()
    slots[flight.slot] = .disposing(new)
    return [
      .store(slot: flight.slot, generation: new),
      .dispose(slot: flight.slot, generation: new, wasPublished: false),
    ]
  }

  /// The old payload is not needed for a roll-back any more.
  mutating func probationEnds(_ generation: UInt64) -> [Effect] {
    guard let slot = slots.firstIndex(of: .probation(generation)) else { return [] }
    slots[slot] = .draining(generation)
    return [.retire(slot: slot)]
  }

  /// Ends whatever probation there is.
  mutating func endProbation() -> [Effect] {
    slots.compactMap { if case .probation(let generation) = $0 { generation } else { nil } }
      .flatMap { probationEnds($0) }
  }

  /// The payload in probation serves again, under a new number, so that readers never see one go back.
  mutating func rollBack(_ generation: UInt64) -> [Effect] {
    guard let now = current, slots[now] == .live(generation),
      let slot = slots.firstIndex(where: { if case .probation = $0 { true } else { false } }),
      let restored = slots[slot].generation
    else { return [.rollBackRefused(isShutDown ? .shutDown : .noProbation)] }
    self.generation += 1
    slots[slot] = .live(self.generation)
    slots[now] = .draining(generation)
    current = slot
    return [
      .publish(slot: slot, generation: self.generation), .retire(slot: now),
      .rolledBack(from: generation, to: self.generation, restores: restored),
    ]
  }
}
