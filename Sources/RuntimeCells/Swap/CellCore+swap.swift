internal import CellContract

extension CellCore {
  /// Waits for a swap, by way of the machine.
  func swap(
    _ factory: CellFactory<Value>, steps: SwapSteps<Value>, options: SwapOptions, deadline: Duration?
  ) async throws -> SwapResult {
    if let deadline, deadline < .zero { throw negative(deadline) }
    let scope = InitScope.active ?? InitScope()
    if let cycle = scope.cycle(through: self) { throw reentrant(cycle) }
    let context = configuration.callContext?()
    let caller = SwapCaller()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        locked {
          if case .cancelledEarly = caller.state {
            caller.state = .resumed
            deferred.resumes.append { continuation.resume(throwing: CancellationError()) }
            return
          }
          caller.state = .waiting(continuation)
          begin(caller, factory, steps: steps, options: options, scope: scope, context: context)
          if let deadline, case .waiting = caller.state {
            caller.timer = timer(after: deadline) { core in core.locked { core.leaveSwap(caller, .deadline) } }
          }
        }
      }
    } onCancel: {
      locked {
        if case .fresh = caller.state { caller.state = .cancelledEarly } else { leaveSwap(caller, .cancelled) }
      }
    }
  }

  /// Gives the request to the machine, or joins the one under way. Under the lock.
  private func begin(
    _ caller: SwapCaller, _ factory: CellFactory<Value>, steps: SwapSteps<Value>, options: SwapOptions,
    scope: InitScope, context: (any CellCallContext)?
  ) {
    if options.conflict == .coalesce, let running = swaps.values.first {
      caller.request = running.number
      running.callers.append(caller)
      return
    }
    let request = SwapRequest(
      number: takeNumber(), factory: factory, steps: steps, options: options, scope: scope,
      begun: configuration.clock.now, context: context)
    caller.request = request.number
    request.callers = [caller]
    swaps[request.number] = request
    transition(
      .swap(
        request.number, resourcePreserving: mustGoFirst(options.policy),
        keepsOld: options.probation != nil))
  }

  /// A call gives up. The swap itself goes on while others wait for it. Under the lock.
  private func leaveSwap(_ caller: SwapCaller, _ why: CellStateMachine.Leaving) {
    guard case .waiting = caller.state, let request = swaps[caller.request] else { return }
    if request.callers.count == 1 {
      transition(.leaveSwap(request.number, why))
    } else {
      request.callers.removeAll { $0 === caller }
      let refusal: CellStateMachine.Refusal = why == .cancelled ? .cancelled : .deadlineWhileBuilding
      resume(caller, .failure(swapError(request, refusal)))
    }
  }

  /// A new payload serves. Under the lock.
  func swapped(_ number: UInt64, from: UInt64?, to: UInt64, oldIsKept: Bool) {
    guard let request = swaps.removeValue(forKey: number) else { return }
    let result = SwapResult(
      from: from.map(CellGeneration.init), to: CellGeneration(to), attempts: request.attempts,
      duration: configuration.clock.now - request.begun)
    emit(
      .swapSucceeded(
        .init(from: result.from, to: result.to, attempts: result.attempts, duration: result.duration, error: nil)),
      context: request.context)
    if oldIsKept, let from, let duration = request.options.probation {
      watchProbation(of: from, since: to, for: duration, request.steps.isHealthy)
    }
    for caller in request.callers { resume(caller, .success(result)) }
  }

  /// A swap ended without a new payload. Under the lock.
  func swapRefused(_ number: UInt64, _ refusal: CellStateMachine.Refusal) {
    guard let request = swaps.removeValue(forKey: number) else { return }
    let error = swapError(request, refusal)
    // A call that never became a swap is no failed swap.
    if refusal != .swapInProgress {
      let serving = machine.current.flatMap { machine.slots[$0].generation }
      emit(
        .swapFailed(
          .init(
            from: serving.map(CellGeneration.init), to: nil, attempts: request.attempts,
            duration: configuration.clock.now - request.begun, error: error)),
        context: request.context)
    }
    for caller in request.callers { resume(caller, .failure(error)) }
  }

  private func resume(_ caller: SwapCaller, _ result: Result<SwapResult, any Error>) {
    guard case .waiting(let continuation) = caller.state else { return }
    caller.state = .resumed
    if let timer = caller.timer { deferred.others.append { timer.cancel() } }
    deferred.resumes.append { continuation.resume(with: result) }
  }

  private func swapError(_ request: SwapRequest<Value>, _ refusal: CellStateMachine.Refusal) -> any Error {
    switch refusal {
    case .swapInProgress:
      CellError(
        .swapInProgress, cell: name,
        message: "Another swap of cell '\(name)' is under way. Wait for it, or ask to share its outcome.")
    case .swapFailed:
      CellError(
        .swapFailed, cell: name,
        message: "No new payload of cell '\(name)' was good after \(request.attempts) attempts. "
          + "What served before still serves, if anything did.",
        underlying: request.error)
    case .deadlineWhileBuilding:
      CellError(
        .deadlineExceeded, cell: name,
        message: "The swap of cell '\(name)' was not done at its deadline and was given up.",
        factoryRunning: true, underlying: request.error)
    default: error(for: refusal)
    }
  }
}
