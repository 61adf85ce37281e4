/// A suspending backend behind ``Subject``.
package struct SuspendingSubject<Backend: SuspendingCellBackend>: Subject {
  let backend: Backend

  package init(_ backend: Backend) { self.backend = backend }

  package var manifest: BackendManifest { backend.manifest }
  package var face: BackendFace { .suspending }
  package var conformances: Set<Capability> {
    var found: Set<Capability> = []
    if backend is any SuspendingSeeding { found.insert(.seeding) }
    if backend is any SuspendingLeasing { found.insert(.leasing) }
    if backend is any SuspendingSwapping { found.insert(.swapping) }
    if backend is any SuspendingSnapshots { found.insert(.snapshots) }
    if backend is any ProblemReporting { found.insert(.problems) }
    if backend is any SuspendingPreloading { found.insert(.preloading) }
    if backend is any SuspendingRegistering { found.insert(.registry) }
    if backend is any SuspendingShutdown { found.insert(.shutdown) }
    if backend is any SuspendingCloseDeadlines { found.insert(.closeDeadlines) }
    if backend is any SuspendingForcedCloses { found.insert(.forcedCloses) }
    if backend is any SuspendingWaitDeadlines { found.insert(.waitDeadlines) }
    if backend is any SuspendingSweeping { found.insert(.sweeps) }
    if backend is any ReadyReading { found.insert(.readyReads) }
    if backend is any InitDeadlineConfiguring { found.insert(.initDeadlines) }
    if backend is any HopelessWaitConfiguring { found.insert(.hopelessWaits) }
    if backend is any AbandonmentConfiguring { found.insert(.abandonment) }
    if backend is any SuspendingProbation { found.insert(.probation) }
    if backend is any SuspendingAnyPayload { found.insert(.anyPayload) }
    if backend is any GateConfiguring { found.insert(.gate) }
    if backend is any FailurePolicyConfiguring { found.insert(.failurePolicies) }
    return found
  }

  package func problem(for error: any Error) -> [UInt8] {
    (backend as? any ProblemReporting)?.problem(for: error) ?? ProblemAdapter.document(for: error)
  }

  package func makeCell(named name: String, in world: CellWorld, _ plan: CellPlan) throws -> any SubjectCell {
    SuspendingSubjectCell(backend: backend, cell: try backend.makeCell(named: name, in: world, plan))
  }
}

struct SuspendingSubjectCell<Backend: SuspendingCellBackend>: SubjectCell {
  let backend: Backend
  let cell: Backend.Cell

  func performBlocking(_ operation: Operation) throws -> Outcome {
    // The one call that is synchronous on both faces.
    if case .useIfReady(let body) = operation {
      guard let backend = backend as? any ReadyReading else { throw MissingCapability(capability: .readyReads) }
      return try use(backend, body)
    }
    throw KitError("a suspending backend called the blocking face of a factory, disposer or lease body")
  }

  func performSuspending(_ operation: Operation) async throws -> Outcome {
    switch operation {
    case .get(let factory): return outcome(try await backend.getOrInitialize(cell, factory))
    case .close(let silent):
      try await backend.close(cell, silent: silent)
      return .nothing
    case .seed(let probe, _):
      guard let backend = backend as? any SuspendingSeeding else { throw MissingCapability(capability: .seeding) }
      return try await seed(backend, probe)
    case .swap(let factory):
      guard let backend = backend as? any SuspendingSwapping else { throw MissingCapability(capability: .swapping) }
      return try await swap(backend, factory)
    case .use(let factory, let body):
      guard let backend = backend as? any SuspendingLeasing else { throw MissingCapability(capability: .leasing) }
      return try await use(backend, factory, body)
    case .peek: return outcome(await backend.peek(cell))
    case .snapshot:
      guard let backend = backend as? any SuspendingSnapshots else { throw MissingCapability(capability: .snapshots) }
      return try await snapshot(backend)
    case .closeBy, .shutDown, .swapOnProbation, .rollBack, .forceClose, .getBy, .useIfReady:
      return try await performExtended(operation)
    }
  }

  private func snapshot<B: SuspendingSnapshots>(_ backend: B) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .snapshots) }
    return .snapshot(await backend.snapshot(cell))
  }

  private func seed<B: SuspendingSeeding>(_ backend: B, _ probe: Probe) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .seeding) }
    try await backend.seed(cell, probe)
    return .nothing
  }

  private func swap<B: SuspendingSwapping>(_ backend: B, _ factory: ProbeFactory) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .swapping) }
    return outcome(try await backend.swap(cell, factory))
  }

  private func use<B: SuspendingLeasing>(
    _ backend: B, _ factory: ProbeFactory, _ body: LeaseBody
  ) async throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .leasing) }
    try await backend.withValue(cell, factory, body)
    return .nothing
  }
}
