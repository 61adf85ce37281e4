internal import CellContract

extension CellCore {
  /// Makes new payloads until one is good: in a task of the cell's own, outside every lock.
  func makeCandidates(_ ticket: UInt64, for request: SwapRequest<Value>, in scope: InitScope) async {
    let most = max(1, request.options.maxAttempts)
    for attempt in 1...most {
      locked { request.attempts = attempt }
      let place = FactoryPlace(
        run: CellFactoryRun(cell: name, attempt: ticket, swapTry: attempt), context: request.context,
        meter: meter)
      let error: any Error
      do {
        let candidate = HeldPayload(value: try await make(request.factory, in: scope, place))
        guard let flaw = await flaw(of: candidate, request.steps, in: scope) else {
          return factoryReturned(ticket, candidate)
        }
        error = flaw
        await reject(ticket, candidate)
      } catch let thrown { error = thrown }
      locked { request.error = error }
      if attempt == most || Task.isCancelled || !configuration.isRetryable(error) {
        return factoryThrew(ticket, error)
      }
      let delay = request.options.backoff.delay(
        afterFailure: UInt64(attempt), jitter: Double.random(in: 0..<1))
      do { try await configuration.clock.sleep(for: delay) } catch { return factoryThrew(ticket, error) }
    }
  }

  private func make(
    _ factory: CellFactory<Value>, in scope: InitScope, _ place: FactoryPlace
  ) async throws -> Value {
    switch factory {
    case .async(let make): return try await place.run(in: scope, make)
    case .blocking(let make):
      do {
        return try await configuration.threads.loaders.run { try place.run(in: scope, make) }
      } catch let error where error is DedicatedThreadsStopped || error is DedicatedThreadsUnavailable {
        throw noThreads(error)
      }
    }
  }

  /// What is wrong with a new payload.
  private func flaw(
    of candidate: HeldPayload<Value>, _ steps: SwapSteps<Value>, in scope: InitScope
  ) async -> (any Error)? {
    do {
      try await InitScope.$current.withValue(scope) {
        try await candidate.peek {
          try await steps.validate?($0)
          try await steps.warmUp?($0)
        }
      }
      return nil
    } catch { return error }
  }

  /// Has a payload disposed that was never published, and returns when it is gone.
  private func reject(_ ticket: UInt64, _ candidate: HeldPayload<Value>) async {
    await withCheckedContinuation { continuation in
      locked {
        rejection = continuation
        incoming = candidate.take()
        transition(.rejected(ticket))
      }
    }
  }

  /// A rejected payload is gone. Under the lock.
  func candidateGone() {
    guard let continuation = rejection.take() else { return }
    deferred.resumes.append { continuation.resume() }
  }
}
