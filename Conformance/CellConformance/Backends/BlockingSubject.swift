/// A blocking backend behind ``Subject``.
package struct BlockingSubject<Backend: BlockingCellBackend>: Subject {
  let backend: Backend

  package init(_ backend: Backend) { self.backend = backend }

  package var manifest: BackendManifest { backend.manifest }
  package var face: BackendFace { .blocking }
  package var conformances: Set<Capability> {
    var found: Set<Capability> = []
    if backend is any BlockingSeeding { found.insert(.seeding) }
    if backend is any BlockingLeasing { found.insert(.leasing) }
    if backend is any BlockingSwapping { found.insert(.swapping) }
    if backend is any BlockingSnapshots { found.insert(.snapshots) }
    if backend is any ProblemReporting { found.insert(.problems) }
    if backend is any BlockingPreloading { found.insert(.preloading) }
    if backend is any BlockingRegistering { found.insert(.registry) }
    if backend is any BlockingShutdown { found.insert(.shutdown) }
    if backend is any BlockingCloseDeadlines { found.insert(.closeDeadlines) }
    if backend is any BlockingForcedCloses { found.insert(.forcedCloses) }
    if backend is any BlockingWaitDeadlines { found.insert(.waitDeadlines) }
    if backend is any BlockingSweeping { found.insert(.sweeps) }
    if backend is any ReadyReading { found.insert(.readyReads) }
    if backend is any InitDeadlineConfiguring { found.insert(.initDeadlines) }
    if backend is any HopelessWaitConfiguring { found.insert(.hopelessWaits) }
    if backend is any AbandonmentConfiguring { found.insert(.abandonment) }
    if backend is any BlockingProbation { found.insert(.probation) }
    if backend is any BlockingAnyPayload { found.insert(.anyPayload) }
    if backend is any GateConfiguring { found.insert(.gate) }
    if backend is any FailurePolicyConfiguring { found.insert(.failurePolicies) }
    return found
  }

  package func problem(for error: any Error) -> [UInt8] {
    (backend as? any ProblemReporting)?.problem(for: error) ?? ProblemAdapter.document(for: error)
  }

  package func makeCell(named name: String, in world: CellWorld, _ plan: CellPlan) throws -> any SubjectCell {
    BlockingSubjectCell(backend: backend, cell: try backend.makeCell(named: name, in: world, plan))
  }
}

struct BlockingSubjectCell<Backend: BlockingCellBackend>: SubjectCell {
  let backend: Backend
  let cell: Backend.Cell

  func performBlocking(_ operation: Operation) throws -> Outcome {
    switch operation {
    case .get(let factory): return outcome(try backend.getOrInitialize(cell, factory))
    case .peek: return outcome(backend.peek(cell))
    case .close(let silent):
      try backend.close(cell, silent: silent)
      return .nothing
    case .seed(let probe, _):
      guard let backend = backend as? any BlockingSeeding else { throw MissingCapability(capability: .seeding) }
      return try seed(backend, probe)
    case .swap(let factory):
      guard let backend = backend as? any BlockingSwapping else { throw MissingCapability(capability: .swapping) }
      return try swap(backend, factory)
    case .use(let factory, let body):
      guard let backend = backend as? any BlockingLeasing else { throw MissingCapability(capability: .leasing) }
      return try use(backend, factory, body)
    case .snapshot:
      guard let backend = backend as? any BlockingSnapshots else { throw MissingCapability(capability: .snapshots) }
      return try snapshot(backend)
    case .closeBy, .shutDown, .swapOnProbation, .rollBack, .forceClose, .getBy, .useIfReady:
      return try performExtended(operation)
    }
  }

  func performSuspending(_ operation: Operation) async throws -> Outcome { try performBlocking(operation) }

  private func snapshot<B: BlockingSnapshots>(_ backend: B) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .snapshots) }
    return .snapshot(backend.snapshot(cell))
  }

  private func seed<B: BlockingSeeding>(_ backend: B, _ probe: Probe) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .seeding) }
    try backend.seed(cell, probe)
    return .nothing
  }

  private func swap<B: BlockingSwapping>(_ backend: B, _ factory: ProbeFactory) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .swapping) }
    return outcome(try backend.swap(cell, factory))
  }

  private func use<B: BlockingLeasing>(_ backend: B, _ factory: ProbeFactory, _ body: LeaseBody) throws -> Outcome {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .leasing) }
    try backend.withValue(cell, factory, body)
    return .nothing
  }
}
