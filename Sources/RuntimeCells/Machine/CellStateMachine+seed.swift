extension CellStateMachine {
  /// A payload is put in by hand: into an empty cell only (D7).
  mutating func seed() -> [Effect] {
    if isShutDown { return [.seedRefused(.shutDown)] }
    if current != nil { return [.seedRefused(.alreadyInitialized)] }
    if flight?.isStale == false || !parked.isEmpty || parkedSwap != nil { return [.seedRefused(.initializing)] }
    guard let slot = slots.firstIndex(of: .vacant) else { return [.seedRefused(.deadlineWhileDraining)] }
    let new = nextPayload()
    slots[slot] = .live(new)
    current = slot
    memory = .none
    failures = 0
    return [.store(slot: slot, generation: new), .publish(slot: slot, generation: new), .seeded(generation: new)]
  }

  /// Failures are forgotten: the next caller may try at once.
  mutating func reset() -> [Effect] {
    memory = .none
    failures = 0
    return []
  }

  /// New payloads are refused, or no longer; one that is being made is let finish.
  mutating func pause(_ isPaused: Bool) -> [Effect] {
    self.isPaused = isPaused
    guard isPaused else { return startParked() }
    var effects: [Effect] = parked.map { .refuse($0.id, .notAdmitted) }
    parked = []
    if let swap = parkedSwap { effects.append(.swapRefused(swap.id, .notAdmitted)) }
    parkedSwap = nil
    return effects
  }
}
