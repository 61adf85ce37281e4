extension BlockingSubjectCell {
  /// The operations of the extended abilities.
  func performExtended(_ operation: Operation) throws -> Outcome {
    switch operation {
    case .closeBy(let deadline, let silent):
      guard let backend = backend as? any BlockingCloseDeadlines else {
        throw MissingCapability(capability: .closeDeadlines)
      }
      return try close(backend, deadline, silent)
    case .shutDown:
      guard let backend = backend as? any BlockingShutdown else { throw MissingCapability(capability: .shutdown) }
      return try shutDown(backend)
    case .swapOnProbation(let factory, let probation):
      guard let backend = backend as? any BlockingProbation else { throw MissingCapability(capability: .probation) }
      return try swap(backend, factory, probation)
    case .rollBack:
      guard let backend = backend as? any BlockingProbation else { throw MissingCapability(capability: .probation) }
      return try rollBack(backend)
    case .forceClose(let deadline):
      guard let backend = backend as? any BlockingForcedCloses else {
        throw MissingCapability(capability: .forcedCloses)
      }
      return try forceClose(backend, deadline)
    case .getBy(let factory, let deadline):
      guard let backend = backend as? any BlockingWaitDeadlines else {
        throw MissingCapability(capability: .waitDeadlines)
      }
      return try get(backend, factory, deadline)
    case .useIfReady(let body):
      guard let backend = backend as? any ReadyReading else { throw MissingCapability(capability: .readyReads) }
      return try use(backend, body)
    case .get, .peek, .close, .seed, .swap, .use, .snapshot: return try performBlocking(operation)
    }
  }

  private func close<B: BlockingCloseDeadlines>(
    _ backend: B, _ deadline: Duration, _ silent: Bool
  ) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .closeDeadlines) }
    try backend.close(cell, deadline: deadline, silent: silent)
    return .nothing
  }

  private func shutDown<B: BlockingShutdown>(_ backend: B) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .shutdown) }
    try backend.shutDown(cell, silent: true)
    return .nothing
  }

  private func swap<B: BlockingProbation>(
    _ backend: B, _ factory: ProbeFactory, _ probation: Duration
  ) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .probation) }
    return outcome(try backend.swap(cell, factory, probation: probation))
  }

  private func rollBack<B: BlockingProbation>(_ backend: B) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .probation) }
    try backend.rollBack(cell)
    return .nothing
  }

  private func forceClose<B: BlockingForcedCloses>(_ backend: B, _ deadline: Duration) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .forcedCloses) }
    try backend.closeByForce(cell, deadline: deadline, silent: true)
    return .nothing
  }

  private func get<B: BlockingWaitDeadlines>(
    _ backend: B, _ factory: ProbeFactory, _ deadline: Duration
  ) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .waitDeadlines) }
    return outcome(try backend.getOrInitialize(cell, factory, deadline: deadline))
  }

  private func use<B: ReadyReading>(_ backend: B, _ body: LeaseBody) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .readyReads) }
    try backend.useIfReady(cell, body)
    return .nothing
  }
}
