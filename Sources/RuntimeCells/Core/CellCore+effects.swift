extension CellCore {
  /// Does what the machine asks for, or defers it until the lock is released. Under the lock.
  func carryOut(_ effect: CellStateMachine.Effect) {
    switch effect {
    case .start(let ticket, let leader, let swap): startFactory(ticket, leader: leader, swap: swap)
    case .cancelFactory(let ticket):
      cancelAdmission(ticket)
      if let task = factoryTask { deferred.others.append { task.cancel() } }
    case .store(let slot, _): store(slot)
    case .publish(let slot, let generation): ground.open(slot: slot, generation: generation)
    case .hide: ground.hide()
    case .retire(let slot): retire(slot)
    case .dispose(let slot, let generation, let wasPublished):
      dispose(slot, generation: generation, wasPublished: wasPublished)
    case .disposeInPlace(let slot, let generation): disposeInPlace(slot, generation: generation)
    case .discard(let slot): discard(slot)
    case .vacated(let slot): vacated(slot)
    case .grant(let waiter, let slot, let generation): grant(waiter, slot: slot, generation: generation)
    case .refuse(let waiter, let refusal): resume(waiter, with: .failure(error(for: refusal)))
    case .attemptEnded(let ticket, let outcome, let generation, let waiters):
      attemptEnded(ticket, outcome, generation: generation, waiters: waiters)
    case .candidateGone: candidateGone()
    case .swapped(let swap, let from, let to, let oldIsKept): swapped(swap, from: from, to: to, oldIsKept: oldIsKept)
    case .swapRefused(let swap, let refusal): swapRefused(swap, refusal)
    case .seeded(let generation): answer = .done(generation: generation)
    case .seedRefused(let refusal), .rollBackRefused(let refusal): answer = .refused(refusal)
    case .rolledBack(let from, let to, let restores): rolledBack(from: from, to: to, restores: restores)
    case .closed(let closer, let disposerFailed, let didClose, let isFinal):
      closed(closer, disposerFailed: disposerFailed, didClose: didClose, isFinal: isFinal)
    case .closeTimedOut(let closer, let isFinal): closeTimedOut(closer, isFinal: isFinal)
    case .closeForced(let closer): closeForced(closer)
    }
  }

  private func retire(_ slot: Int) {
    ground.beginDraining(slot: slot)
    // A probation that ended by any way but its timer.
    if !machine.hasProbation, let timer = probation.take() { deferred.others.append { timer.cancel() } }
    if ground.endDrainingIfEmpty(slot: slot) { transition(.drained(slot)) }
  }
}

extension CellStateMachine {
  /// Whether a disposer runs.
  var isDisposing: Bool {
    slots.contains {
      switch $0 {
      case .disposing, .forced(_, isDisposed: false, _): true
      case .vacant, .reserved, .live, .probation, .draining, .forced: false
      }
    }
  }

  /// Whether an old payload is kept for a roll-back.
  var hasProbation: Bool {
    slots.contains { if case .probation = $0 { true } else { false } }
  }
}
