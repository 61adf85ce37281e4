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
}
