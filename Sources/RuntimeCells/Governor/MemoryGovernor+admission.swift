internal import CellContract

extension MemoryGovernor {
  /// What a cell is told at once.
  enum Answer: Sendable {
    case admitted
    case refused(CellError)
    case wait
  }

  /// A new cell. Under the cell's lock, so that a pause reaches it either here or by name. Returns the pause, if there is one.
  func add(_ cell: any GovernedCell, footprint: UInt64) -> Bool {
    let now = clock.now
    return state.withLock { state in
      let id = ObjectIdentifier(cell)
      state.cells[id] = Known(cell: cell, lastUse: now)
      state.ledger.add(id, name: cell.name, footprint: footprint)
      return state.ledger.isPaused
    }
  }

  /// A cell is gone.
  func remove(_ cell: ObjectIdentifier) {
    state.withLock { state in
      state.cells[cell] = nil
      state.ledger.remove(cell)
    }
    reconsider()
  }

  /// What the payload of a cell that declared nothing was seen to take.
  func learn(_ cell: ObjectIdentifier, footprint: UInt64) {
    state.withLock { $0.ledger.learn(cell, footprint: footprint) }
  }

  /// A cell wants to make a payload beside `served` ones that go only after that. Under the cell's lock. One that waits is
  /// looked at by the next ``reconsider()``, which its cell calls after the lock.
  func request(_ cell: any GovernedCell, ticket: UInt64, served: Int) -> Answer {
    state.withLock { state in
      switch state.ledger.request(ObjectIdentifier(cell), ticket: ticket, served: served) {
      case .admitted: return .admitted
      case .waits(let request):
        state.timers[request.number] = timer(of: request.number)
        return .wait
      case .refused(let request, let refusal):
        state.refused += 1
        return .refused(Self.error(cell.name, request.bytes, refusal, state.ledger, policy))
      }
    }
  }

  /// A cell no longer wants what it asked for. Under the cell's lock; the result is to be cancelled after it.
  func withdraw(_ cell: ObjectIdentifier, ticket: UInt64) -> Task<Void, Never>? {
    state.withLock { state in
      state.ledger.withdraw(cell, ticket: ticket).flatMap { state.timers.removeValue(forKey: $0.number) }
    }
  }

  /// A cell as it is now. Under its lock. Returns whether others may have more room.
  func update(_ cell: ObjectIdentifier, live: Int, flight: UInt64?) -> Bool {
    state.withLock { $0.ledger.update(cell, live: live, flight: flight) && !$0.ledger.queue.isEmpty }
  }

  /// Whether a second payload of the cell fits beside the first.
  func fitsTwice(_ cell: ObjectIdentifier) -> Bool {
    state.withLock { state in
      guard let bytes = state.ledger.holds[cell]?.footprint else { return true }
      return state.ledger.fits(bytes)
    }
  }

  /// Lets in whom there is room for, and makes room for the first of the others. Outside every lock.
  func reconsider() {
    let (ends, missing) = state.withLock { state -> ([End], UInt64) in
      guard !state.ledger.queue.isEmpty else { return ([], 0) }
      let waits = { WaitGraph.shared.cells(waitedForBy: $0) }
      let ends = state.ledger.serve(waits: waits).compactMap { state.end($0, policy) }
      let missing = state.ledger.isPaused ? 0 : state.ledger.missing(waits)
      defer { if missing > 0 { state.isRelieving = true } }
      return (ends, state.isRelieving ? 0 : missing)
    }
    for end in ends { end.tell() }
    guard missing > 0 else { return }
    do {
      try thread.submit { [self] in
        state.withLock { $0.isRelieving = false }
        relieve(bytes: missing)
      }
    } catch { state.withLock { $0.isRelieving = false } }
  }

  /// One request's end, to be told outside the lock.
  struct End: Sendable {
    var cell: any GovernedCell
    var ticket: UInt64
    var error: CellError?
    var timer: Task<Void, Never>?

    func tell() {
      timer?.cancel()
      cell.admissionEnded(ticket, refusedWith: error)
    }
  }

  private func timer(of number: UInt64) -> Task<Void, Never> {
    Task.detached { [weak self, clock, deadline = policy.admissionDeadline] in
      do { try await clock.sleep(for: deadline) } catch { return }
      guard let self else { return }
      let end = state.withLock { state in state.ledger.expire(number).flatMap { state.end($0, policy) } }
      end?.tell()
      reconsider()
    }
  }

  /// Words a refusal.
  static func error(
    _ name: String, _ bytes: UInt64, _ refusal: AdmissionLedger.Refusal, _ ledger: AdmissionLedger,
    _ policy: MemoryPolicy
  ) -> CellError {
    let limit = ledger.budget.map(String.init) ?? "no"
    let available = (ledger.budget ?? .max).minus(ledger.held)
    let need = "Cell '\(name)' needs \(bytes) bytes"
    switch refusal {
    case .neverFits:
      return CellError(
        .tooLarge, cell: name,
        message: "\(need), \(available) are available, and the budget is \(limit): it can never fit. Give the process "
          + "more memory, raise the budget, or correct the declared footprint.")
    case .neverFitsBeside(let served):
      return CellError(
        .tooLarge, cell: name,
        message:
          "\(need) beside the \(served) of the payload that serves, \(available) are available, and the budget is "
          + "\(limit): both never fit. Swap with the policy .automatic or .resourcePreserving, or raise the budget.")
    case .heldByCallers(let held):
      return CellError(
        .tooLarge, cell: name,
        message: "\(need), but factories that wait for it hold \(held) of the budget of \(limit): together they never "
          + "fit. Raise the budget, or make the inner cell before the outer one.")
    case .late:
      return CellError(
        .notAdmitted, cell: name,
        message: "\(need), \(available) of the budget of \(limit) were available, and no room was made within "
          + "\(policy.admissionDeadline). Try again later, close other cells, or raise the budget.",
        retryAfter: policy.interval)
    }
  }
}

extension MemoryGovernor.State {
  /// What to tell the cell of a request; nil if the cell is gone.
  mutating func end(_ verdict: AdmissionLedger.Verdict, _ policy: MemoryPolicy) -> MemoryGovernor.End? {
    switch verdict {
    case .admitted(let request):
      guard let cell = cells[request.cell]?.cell else { return nil }
      return .init(
        cell: cell, ticket: request.ticket, error: nil, timer: timers.removeValue(forKey: request.number))
    case .refused(let request, let refusal):
      refused += 1
      guard let cell = cells[request.cell]?.cell else { return nil }
      return .init(
        cell: cell, ticket: request.ticket,
        error: MemoryGovernor.error(cell.name, request.bytes, refusal, ledger, policy),
        timer: timers.removeValue(forKey: request.number))
    }
  }
}
