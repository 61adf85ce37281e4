internal import CellContract

extension CellCore {
  /// Runs the swap's or the leader's factory as soon as there is memory for what it makes. Under the lock.
  ///
  /// The start is told here and not when the factory runs, because an attempt that finds no memory has an end too.
  func startFactory(_ ticket: UInt64, leader: UInt64?, swap: UInt64?) {
    factoryStarted = configuration.clock.now
    factoryIsSwap = swap != nil
    let (request, waiter) = (swap.flatMap { swaps[$0] }, leader.flatMap { waiters[$0] })
    factoryContext = request?.context ?? waiter?.context
    emit(.initStarted(attempt: ticket), context: factoryContext)
    whenAdmitted(ticket) { $0.runFactory(ticket, leader: waiter, swap: request) }
  }

  /// Runs a factory in a place of the cell's own. Under the lock; the start itself is deferred.
  private func runFactory(_ ticket: UInt64, leader: Waiter<Value>?, swap: SwapRequest<Value>?) {
    factoryStarted = configuration.clock.now
    if let request = swap {
      let scope = request.scope.entering(self)
      runInTask(in: scope) { core in await core.makeCandidates(ticket, for: request, in: scope) }
      return
    }
    guard let waiter = leader, let factory = waiter.factory else { return }
    let place = FactoryPlace(
      run: CellFactoryRun(cell: name, attempt: ticket), context: waiter.context, meter: meter)
    let scope = waiter.scope.entering(self)
    watchInitDeadline(of: ticket)
    switch factory {
    case .async(let make):
      runInTask(in: scope) { core in
        do {
          core.factoryReturned(
            ticket, HeldPayload(value: try await place.run(in: scope, make)))
        } catch { core.factoryThrew(ticket, error) }
      }
    case .blocking(let make):
      factoryTask = nil
      deferred.others.append { [self] in runOnLoader(ticket, in: scope) { try place.run(in: scope, make) } }
    }
  }

  /// Detached: a factory must not inherit the request it happens to be started by (D3).
  private func runInTask(in scope: InitScope, _ body: @escaping @Sendable (CellCore) async -> Void) {
    factoryTask = Task.detached(priority: Task.currentPriority) { [self] in
      scope.begin()
      await body(self)
      scope.end()
    }
  }

  private func runOnLoader(
    _ ticket: UInt64, in scope: InitScope, _ make: @escaping @Sendable () throws -> Value
  ) {
    do {
      try configuration.threads.loaders.submit { [self] in
        scope.begin()
        defer { scope.end() }
        do {
          factoryReturned(ticket, HeldPayload(value: try make()))
        } catch { factoryThrew(ticket, error) }
      }
    } catch { factoryThrew(ticket, noThreads(error)) }
  }

  private func watchInitDeadline(of ticket: UInt64) {
    guard let deadline = configuration.initDeadline else { return }
    initTimer = timer(after: deadline) { core in
      core.process(.initDeadline(ticket, jitter: Double.random(in: 0..<1)))
    }
  }

  /// The factory returned. Outside every lock.
  func factoryReturned(_ ticket: UInt64, _ payload: HeldPayload<Value>) {
    let limits = payload.peek { ($0 as? any LimitReporting)?.limits ?? [] } ?? []
    locked {
      factoryOver()
      incoming = payload.take()
      incomingLimits = limits
      transition(.built(ticket))
    }
  }

  /// The factory threw. Outside every lock.
  func factoryThrew(_ ticket: UInt64, _ error: any Error) {
    let isRetryable = configuration.isRetryable(error)
    locked {
      factoryOver()
      attemptError = error
      // The error of an attempt that nobody wants any more says nothing about the cell.
      if let flight = machine.flight, !flight.isStale, flight.swap == nil { facts.lastError = error }
      transition(.failed(ticket, isRetryable: isRetryable, jitter: Double.random(in: 0..<1)))
      attemptError = nil
    }
  }

  private func factoryOver() {
    factoryTask = nil
    if let timer = initTimer.take() { deferred.others.append { timer.cancel() } }
  }

  /// Takes note of an attempt's end. Under the lock.
  func attemptEnded(_ ticket: UInt64, _ outcome: CellStateMachine.Outcome, generation: UInt64?, waiters: Int) {
    let duration = configuration.clock.now - factoryStarted
    if outcome == .success {
      facts.lastInitDuration = duration
      if !factoryIsSwap { facts.initTimes.add(duration) }
      facts.lastError = nil
    }
    let kind: CellEvent.Initialization.Outcome =
      switch outcome {
      case .success: .success
      case .error: .error
      case .abandoned: .abandoned
      }
    emit(
      .initialized(
        .init(
          attempt: ticket, outcome: kind, generation: generation.map(CellGeneration.init), duration: duration,
          waiters: waiters, error: attemptError ?? refusedAdmission)),
      context: factoryContext)
  }

  /// What is left of the initialisation that runs, going by earlier ones; nil when none runs or none has ended well. Under
  /// the lock.
  var estimatedWait: Duration? {
    guard let flight = machine.flight, flight.isStarted, !flight.isStale, flight.swap == nil,
      let typical = facts.initTimes.median
    else { return nil }
    return max(.zero, typical - (configuration.clock.now - factoryStarted))
  }

  func noThreads(_ error: any Error) -> CellError {
    CellError(
      .threadsUnavailable, cell: name,
      message: "Cell '\(name)' could not run blocking code: no worker thread took it. Give the cell a working pool.",
      underlying: error)
  }
}
