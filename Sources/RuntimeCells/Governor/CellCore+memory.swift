internal import CellContract

/// A factory that waits for memory.
struct PendingStart<Value: Sendable>: Sendable {
  var ticket: UInt64
  var start: @Sendable (CellCore<Value>) -> Void
}

extension CellCore: GovernedCell {
  var memoryPriority: Int { configuration.memory?.priority ?? 0 }

  /// Makes the cell known to its governor. Under the lock: a pause comes either with this answer or after it.
  func joinGovernor() {
    guard let memory = configuration.memory else { return }
    locked {
      guard memory.governor.add(self, footprint: memory.footprint ?? 0) else { return }
      pauseReason = memory.governor.pausedError
      transition(.pause(true))
    }
  }

  /// Starts a factory when there is memory for what it makes. Under the lock; so is `start`.
  func whenAdmitted(_ ticket: UInt64, _ start: @escaping @Sendable (CellCore) -> Void) {
    guard let governor = configuration.memory?.governor else { return start(self) }
    switch governor.request(self, ticket: ticket, served: machine.current == nil ? 0 : 1) {
    case .admitted: start(self)
    case .wait:
      pendingStart = PendingStart(ticket: ticket, start: start)
      deferred.others.append { governor.reconsider() }
    case .refused(let error):
      pendingStart = PendingStart(ticket: ticket, start: start)
      deferred.others.append { [self] in admissionEnded(ticket, refusedWith: error) }
    }
  }

  func admissionEnded(_ ticket: UInt64, refusedWith error: CellError?) {
    locked {
      // Given up meanwhile: what the governor keeps for it goes with the next update.
      guard let pending = pendingStart, pending.ticket == ticket else { return tellGovernor() }
      pendingStart = nil
      guard let error else { return pending.start(self) }
      refusedAdmission = error
      transition(.notAdmitted(ticket))
      refusedAdmission = nil
    }
  }

  /// A factory that has not been let in is not wanted any more. Under the lock.
  func cancelAdmission(_ ticket: UInt64) {
    guard let pending = pendingStart, pending.ticket == ticket else { return }
    pendingStart = nil
    let timer = configuration.memory?.governor.withdraw(ObjectIdentifier(self), ticket: ticket)
    deferred.others.append { [self] in
      timer?.cancel()
      process(.notAdmitted(ticket))
    }
  }

  /// Tells the governor what the cell holds now. Under the lock.
  func tellGovernor() {
    guard let governor = configuration.memory?.governor else { return }
    if governor.update(ObjectIdentifier(self), live: machine.live, flight: machine.flight?.ticket) {
      deferred.others.append { governor.reconsider() }
    }
  }

  func setPaused(_ reason: CellError?) {
    locked {
      pauseReason = reason
      transition(.pause(reason != nil))
    }
  }

  var isIdle: Bool { locked { isIdleNow } }

  /// Under the lock.
  private var isIdleNow: Bool {
    guard let current = machine.current, case .live = machine.slots[current] else { return false }
    return machine.flight == nil && machine.parkedSwap == nil && !machine.hasProbation
      && ground.leases(slot: current) == 0
  }

  func takeUse() -> Bool { ground.takeUse() }

  /// Sees what a payload takes; nil without a governor.
  var meter: FootprintMeter? {
    configuration.memory.map { FootprintMeter(governor: $0.governor, cell: self) }
  }

  func closeIfIdle() async {
    guard isIdle else { return }
    // Whoever comes between is not disturbed: the close waits for its lease.
    _ = try? await close(deadline: nil, silent: true, isFinal: false)
  }

  func measured(_ bytes: Int64) {
    locked { facts.measuredFootprint = bytes }
    guard let memory = configuration.memory, memory.footprint == nil, bytes > 0 else { return }
    memory.governor.learn(ObjectIdentifier(self), footprint: UInt64(bytes))
  }

  /// The error for a payload that may not be made for want of memory. Under the lock.
  var notAdmittedError: CellError {
    var error =
      refusedAdmission ?? pauseReason
      ?? CellError(
        .notAdmitted, cell: name,
        message: "Cell '\(name)' may not make a payload now: memory is short. Try again later, or close other cells.")
    error.cell = name
    return error
  }

  /// Whether a swap has to let the old payload go first. Under the lock.
  func mustGoFirst(_ policy: SwapOptions.Policy) -> Bool {
    switch policy {
    case .availabilityPreserving: false
    case .resourcePreserving: true
    case .automatic:
      machine.current != nil && configuration.memory?.governor.fitsTwice(ObjectIdentifier(self)) == false
    }
  }
}
