internal import CellContract

extension CellCore {
  /// Runs the leader's factory in a place of the cell's own. Under the lock; the start itself is deferred.
  func startFactory(_ ticket: UInt64, leader: UInt64) {
    guard let waiter = waiters[leader], let factory = waiter.factory else { return }
    factoryStarted = configuration.clock.now
    emit(.initStarted(attempt: ticket))
    var scope = waiter.scope
    scope.chain.append(self)
    switch factory {
    case .async(let make):
      // Detached: a factory must not inherit the request it happens to be started by (D3).
      factoryTask = Task.detached(priority: Task.currentPriority) { [self, scope] in
        InitScope.factoryStarts()
        let result: Result<Value, any Error>
        do {
          result = .success(try await InitScope.$current.withValue(scope) { try await make() })
        } catch {
          result = .failure(error)
        }
        InitScope.factoryEnds()
        factoryEnded(ticket, result)
      }
    case .blocking(let make):
      factoryTask = nil
      deferred.others.append { [self, scope] in
        do {
          try configuration.threads.loaders.submit { [self] in
            InitScope.factoryStarts()
            let result = Result { try InitScope.$current.withValue(scope) { try make() } }
            InitScope.factoryEnds()
            factoryEnded(ticket, result)
          }
        } catch {
          factoryEnded(ticket, .failure(noThreads(error)))
        }
      }
    }
  }

  /// The factory is done, outside every lock.
  private func factoryEnded(_ ticket: UInt64, _ result: Result<Value, any Error>) {
    switch result {
    case .success(let value):
      let limits = (value as? any LimitReporting)?.limits ?? []
      locked {
        factoryTask = nil
        incoming = value
        incomingLimits = limits
        transition(.built(ticket))
      }
    case .failure(let error):
      let isRetryable = configuration.isRetryable(error)
      locked {
        factoryTask = nil
        attemptError = error
        // The error of an attempt that a close gave up says nothing about the cell.
        if machine.flight?.isStale == false { facts.lastError = error }
        transition(.failed(ticket, isRetryable: isRetryable, jitter: Double.random(in: 0..<1)))
      }
    }
  }

  /// Takes note of an attempt's end. Under the lock.
  func attemptEnded(
    _ ticket: UInt64, _ outcome: CellStateMachine.CellEventOutcome, generation: UInt64?, waiters: Int
  ) {
    let duration = configuration.clock.now - factoryStarted
    if outcome == .success {
      facts.lastInitDuration = duration
      facts.lastError = nil
      facts.limits = incomingLimits
    }
    incomingLimits = []
    let error = attemptError.take()
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
          waiters: waiters, error: error)))
  }

  func noThreads(_ error: any Error) -> CellError {
    CellError(
      .threadsUnavailable, cell: name,
      message: "Cell '\(name)' could not run blocking code: no worker thread took it. Give the cell a working pool.",
      underlying: error)
  }
}
