internal import CellContract

extension CellCore {
  /// A call to close that has not returned.
  struct Closing {
    var continuation: CheckedContinuation<CellCloseOutcome, any Error>
    var silent: Bool
    var deadline: Duration?
    var begun: Duration
    var context: (any CellCallContext)?
    var timer: Task<Void, Never>?
  }

  /// Closes and waits. Not ended by cancellation: a cancelled task must still be able to clean up; the deadline bounds it.
  func close(
    deadline: Duration?, silent: Bool, isFinal: Bool, atDeadline: CloseDeadlinePolicy = .leaveToLastUser
  ) async throws -> CellCloseOutcome {
    if let deadline, deadline < .zero { throw negative(deadline) }
    if let cycle = InitScope.active?.cycle(through: self) { throw reentrant(cycle) }
    let context = configuration.callContext?()
    return try await withCheckedThrowingContinuation { continuation in
      locked {
        let number = takeNumber()
        closers[number] = Closing(
          continuation: continuation, silent: silent, deadline: deadline, begun: configuration.clock.now,
          context: context)
        transition(.close(number, isFinal: isFinal, force: atDeadline == .force && allTolerateForce))
        startTimer(of: number)
      }
    }
  }

  private func startTimer(of number: UInt64) {
    guard let deadline = closers[number]?.deadline else { return }
    closers[number]?.timer = timer(after: deadline) { $0.process(.closeDeadline(number)) }
  }

  /// Disposers run under the users now; they get as long again. Under the lock.
  func closeForced(_ number: UInt64) { startTimer(of: number) }

  /// Whether every payload here declares that it may be closed while in use. Under the lock.
  private var allTolerateForce: Bool {
    machine.slots.indices.allSatisfy {
      machine.slots[$0].generation == nil || payloads[$0].value is any ForceCloseable
    }
  }

  /// The last reference to the cell is gone: close for ever, with nobody waiting.
  func abandon() { process(.close(nil, isFinal: true, force: false)) }

  /// A close ended. Under the lock.
  func closed(_ number: UInt64, disposerFailed: Bool, didClose: Bool, isFinal: Bool) {
    guard let closing = closers.removeValue(forKey: number) else { return }
    let outcome: CellCloseOutcome = disposerFailed ? .error : didClose ? .ok : .noop
    tell(closing, outcome, isFinal: isFinal)
    let result: Result<CellCloseOutcome, any Error>
    if disposerFailed, !closing.silent {
      result = .failure(
        CellError(
          .disposeFailed, cell: name,
          message: "The disposer of cell '\(name)' threw. The payload counts as disposed; the cell is empty.",
          underlying: facts.lastDisposeError))
    } else {
      result = .success(outcome)
    }
    finish(closing, result)
  }

  /// A close gave up waiting. Under the lock.
  func closeTimedOut(_ number: UInt64, isFinal: Bool) {
    guard let closing = closers.removeValue(forKey: number) else { return }
    tell(closing, nil, isFinal: isFinal)
    let holders = drainingLeases
    let sites = drainingLeaseSites
    if holders > 0, let oldest = machine.slots.compactMap(\.generation).min() {
      emit(.leaseLeak(generation: CellGeneration(oldest), holders: holders, sites: sites))
    }
    let running = machine.flight != nil
    finish(
      closing,
      .failure(
        CellError(
          .deadlineExceeded, cell: name,
          message: "Cell '\(name)' was not fully closed at the deadline (leases held: \(holders)"
            + "\(sites.isEmpty ? "" : " at \(sites.joined(separator: ", "))"), factory running: \(running), "
            + "disposer running: \(machine.isDisposing)). What it held takes no new leases; whoever is last disposes it.",
          holders: holders, sites: sites, factoryRunning: running)))
  }

  private func tell(_ closing: Closing, _ outcome: CellCloseOutcome?, isFinal: Bool) {
    emit(
      .closed(
        .init(
          outcome: outcome, isFinal: isFinal, silent: closing.silent,
          duration: configuration.clock.now - closing.begun)),
      context: closing.context)
  }

  private func finish(_ closing: Closing, _ result: Result<CellCloseOutcome, any Error>) {
    if let timer = closing.timer { deferred.others.append { timer.cancel() } }
    deferred.resumes.append { closing.continuation.resume(with: result) }
  }

  /// Leases on payloads that are no longer served. Under the lock.
  var drainingLeases: Int { drainingSlots.reduce(0) { $0 + ground.leases(slot: $1) } }

  /// Where they were taken, if the cell records that. Under the lock.
  var drainingLeaseSites: [String] {
    guard let sites else { return [] }
    return drainingSlots.flatMap { sites.places(slot: $0) }.sorted()
  }

  private var drainingSlots: [Int] {
    machine.slots.indices.filter { slot in
      switch machine.slots[slot] {
      case .draining, .forced: true
      case .vacant, .reserved, .live, .probation, .disposing: false
      }
    }
  }
}
