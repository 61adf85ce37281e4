extension CellStateMachine {
  /// Empties the cell: callers that wait are refused, a running factory becomes stale, the payload drains (D5, D6, D10).
  /// What the cell remembers of failures stays: closing is no way around a cool-down.
  mutating func close(_ closer: Closer?, isFinal: Bool, force: Bool) -> [Effect] {
    let refusal: Refusal = isFinal ? .shutDown : .closed
    if isFinal { isShutDown = true }
    var effects: [Effect] = parked.map { .refuse($0.id, refusal) }
    parked = []
    if let swap = parkedSwap { effects.append(.swapRefused(swap.id, refusal)) }
    parkedSwap = nil
    var didClose = false
    if let flight, !flight.isStale {
      effects += flight.waiters.map { .refuse($0.id, refusal) }
      if let swap = flight.swap { effects.append(.swapRefused(swap.id, refusal)) }
      self.flight?.waiters = []
      self.flight?.isStale = true
      didClose = true
      if flight.isStarted {
        effects.append(.cancelFactory(ticket: flight.ticket))
      } else {
        slots[flight.slot] = .vacant
        self.flight = nil
      }
    }
    effects += endProbation()
    if current != nil {
      effects += hideAndRetire()
      didClose = true
    }
    guard let closer else { return effects }
    closers.append(
      PendingClose(
        id: closer, didClose: didClose, isFinal: isFinal, force: force, ticket: flight?.ticket,
        generations: Set(slots.filter(\.isLive).compactMap(\.generation))))
    return effects + endWaits { _ in }
  }

  /// Takes the current payload out of service.
  mutating func hideAndRetire() -> [Effect] {
    guard let slot = current, let generation = slots[slot].generation else { return [] }
    slots[slot] = .draining(generation)
    current = nil
    return [.hide, .retire(slot: slot)]
  }

  /// The caller of a close has waited enough. By default what it began goes on, and the last user disposes; with force the
  /// disposers run under the users (D6).
  mutating func closeDeadline(_ closer: Closer) -> [Effect] {
    guard let index = closers.firstIndex(where: { $0.id == closer }) else { return [] }
    guard closers[index].force else {
      return [.closeTimedOut(closer, isFinal: closers.remove(at: index).isFinal)]
    }
    // Only once: disposers that do not return are reported at the second deadline.
    closers[index].force = false
    var effects: [Effect] = []
    for slot in slots.indices {
      guard case .draining(let generation) = slots[slot] else { continue }
      slots[slot] = .forced(generation, isDisposed: false, isDrained: false)
      effects.append(.disposeInPlace(slot: slot, generation: generation))
    }
    return effects + [.closeForced(closer)]
  }

  /// The last lease on a draining slot ended.
  mutating func drained(_ slot: Int) -> [Effect] {
    switch slots[slot] {
    case .draining(let generation):
      slots[slot] = .disposing(generation)
      return [.dispose(slot: slot, generation: generation, wasPublished: true)]
    case .forced(let generation, let isDisposed, isDrained: false):
      slots[slot] = .forced(generation, isDisposed: isDisposed, isDrained: true)
      return isDisposed ? clear(slot) : []
    case .vacant, .reserved, .live, .probation, .disposing, .forced: return []
    }
  }

  /// A payload is gone, whether its disposer threw or not (D12).
  mutating func payloadDisposed(_ slot: Int, failed: Bool) -> [Effect] {
    let generation: UInt64
    var effects: [Effect]
    switch slots[slot] {
    case .disposing(let old):
      generation = old
      if let flight, flight.slot == slot {
        slots[slot] = .reserved
        effects = [.vacated(slot: slot), .candidateGone(ticket: flight.ticket)]
      } else {
        slots[slot] = .vacant
        effects = [.vacated(slot: slot)]
      }
    case .forced(let old, isDisposed: false, let isDrained):
      generation = old
      slots[slot] = .forced(old, isDisposed: true, isDrained: isDrained)
      effects = isDrained ? clear(slot) : []
    case .vacant, .reserved, .live, .probation, .draining, .forced: return []
    }
    disposed += 1
    effects += endWaits {
      if $0.generations.remove(generation) != nil, failed { $0.disposerFailed = true }
    }
    return effects + startWaitingFlight() + startParked()
  }

  /// A payload that was disposed in place has lost its last user.
  private mutating func clear(_ slot: Int) -> [Effect] {
    slots[slot] = .vacant
    return [.discard(slot: slot), .vacated(slot: slot)] + startParked()
  }

  /// Updates the calls that wait for an end, and ends those that have nothing left to wait for.
  mutating func endWaits(_ update: (inout PendingClose) -> Void) -> [Effect] {
    for index in closers.indices { update(&closers[index]) }
    let done = closers.filter { $0.ticket == nil && $0.generations.isEmpty }
    closers.removeAll { $0.ticket == nil && $0.generations.isEmpty }
    return done.map {
      .closed($0.id, disposerFailed: $0.disposerFailed, didClose: $0.didClose, isFinal: $0.isFinal)
    }
  }
}
