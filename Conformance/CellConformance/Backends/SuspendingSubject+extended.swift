extension SuspendingSubjectCell {
  /// The operations of the extended abilities.
  func performExtended(_ operation: Operation) async throws -> Outcome {
    switch operation {
    case .closeBy(let deadline, let silent):
      guard let backend = backend as? any SuspendingCloseDeadlines else {
        throw MissingCapability(capability: .closeDeadlines)
      }
      return try await close(backend, deadline, silent)
    case .shutDown:
      guard let backend = backend as? any SuspendingShutdown else { throw MissingCapability(capability: .shutdown) }
      return try await shutDown(backend)
    case .swapOnProbation(let factory, let probation):
      guard let backend = backend as? any SuspendingProbation else { throw MissingCapability(capability: .probation) }
      return try await swap(backend, factory, probation)
    case .rollBack:
      guard let backend = backend as? any SuspendingProbation else { throw MissingCapability(capability: .probation) }
      return try await rollBack(backend)
    case .forceClose(let deadline):
      guard let backend = backend as? any SuspendingForcedCloses else {
        throw MissingCapability(capability: .forcedCloses)
      }
      return try await forceClose(backend, deadline)
    case .getBy(let factory, let deadline):
      guard let backend = backend as? any SuspendingWaitDeadlines else {
        throw MissingCapability(capability: .waitDeadlines)
      }
      return try await get(backend, factory, deadline)
    case .useIfReady(let body):
      guard let backend = backend as? any ReadyReading else { throw MissingCapability(capability: .readyReads) }
      return try use(backend, body)
    case .get, .peek, .close, .seed, .swap, .use, .snapshot: return try await performSuspending(operation)
    }
  }

  private func close<B: SuspendingCloseDeadlines>(
    _ backend: B, _ deadline: Duration, _ silent: Bool
  ) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .closeDeadlines) }
    try await backend.close(cell, deadline: deadline, silent: silent)
    return .nothing
  }

  private func shutDown<B: SuspendingShutdown>(_ backend: B) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .shutdown) }
    try await backend.shutDown(cell, silent: true)
    return .nothing
  }

  private func swap<B: SuspendingProbation>(
    _ backend: B, _ factory: ProbeFactory, _ probation: Duration
  ) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .probation) }
    return outcome(try await backend.swap(cell, factory, probation: probation))
  }

  private func rollBack<B: SuspendingProbation>(_ backend: B) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .probation) }
    try await backend.rollBack(cell)
    return .nothing
  }

  private func forceClose<B: SuspendingForcedCloses>(_ backend: B, _ deadline: Duration) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .forcedCloses) }
    try await backend.closeByForce(cell, deadline: deadline, silent: true)
    return .nothing
  }

  private func get<B: SuspendingWaitDeadlines>(
    _ backend: B, _ factory: ProbeFactory, _ deadline: Duration
  ) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .waitDeadlines) }
    return outcome(try await backend.getOrInitialize(cell, factory, deadline: deadline))
  }

  func use<B: ReadyReading>(_ backend: B, _ body: LeaseBody) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .readyReads) }
    try backend.useIfReady(cell, body)
    return .nothing
  }
}
