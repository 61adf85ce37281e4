extension CellStateMachine {
  /// Empties the cell: callers that wait are refused, a running factory becomes stale, the payload drains (D5, D6, D10).
  /// What the cell remembers of failures stays: closing is no way around a cool-down.
  mutating func close(_ closer: Closer?, isFinal: Bool) -> [Effect] {
    let refusal: Refusal = isFinal ? .shutDown : .closed
    var effects = parked.map { Effect.refuse($0, refusal) }
    parked = []
    var didClose = false
    if isFinal { isShutDown = true }
    if let flight, !flight.isStale {
      effects += flight.waiters.map { .refuse($0, refusal) }
      effects.append(.cancelFactory(ticket: flight.ticket))
      self.flight?.isStale = true
      self.flight?.waiters = []
      didClose = true
    }
    if let slot = current, case .live(let generation) = slots[slot] {
      slots[slot] = .draining(generation)
      current = nil
      effects.append(.retire(slot: slot))
      didClose = true
    }
    guard let closer else { return effects }
    closers.append(
      PendingClose(
        id: closer, didClose: didClose, isFinal: isFinal, ticket: flight?.ticket,
        generations: Set(slots.compactMap(\.generation))))
    return effects + endWaits { _ in }
  }

  /// The caller of a close waits no longer; what it began goes on, and the last user disposes (D6).
  mutating func closeDeadline(_ closer: Closer) -> [Effect] {
    guard let index = closers.firstIndex(where: { $0.id == closer }) else { return [] }
    return [.closeTimedOut(closer, isFinal: closers.remove(at: index).isFinal)]
  }

  /// The last lease on a draining slot ended.
  mutating func drained(_ slot: Int) -> [Effect] {
    guard case .draining(let generation) = slots[slot] else { return [] }
    slots[slot] = .disposing(generation)
    return [.dispose(slot: slot, generation: generation, wasPublished: true)]
  }

  /// A payload is gone, whether its disposer threw or not (D12).
  mutating func payloadDisposed(_ slot: Int, failed: Bool) -> [Effect] {
    guard case .disposing(let generation) = slots[slot] else { return [] }
    slots[slot] = .vacant
    disposed += 1
    let done = endWaits {
      if $0.generations.remove(generation) != nil, failed { $0.disposerFailed = true }
    }
    return [.vacated(slot: slot)] + done + startParked()
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
