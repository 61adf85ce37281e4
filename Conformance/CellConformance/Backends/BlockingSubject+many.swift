// What concerns several cells, or none: preloads, registries, payloads of other types.
extension BlockingSubject {
  package func preloadBlocking(
    _ entries: [PreloadEntry], only names: Set<String>, rollsBack: Bool
  ) -> [String: any Error] {
    if let backend = backend as? any BlockingPreloading { return own(backend, entries, names, rollsBack) }
    return KitPreloader.blocking(backend, items(entries, Backend.Cell.self), only: names, rollsBack: rollsBack)
  }

  package func preloadSuspending(
    _ entries: [PreloadEntry], only names: Set<String>, rollsBack: Bool
  ) async -> [String: any Error] {
    ["": Self.wrongFace]
  }

  private func own<B: BlockingPreloading>(
    _ backend: B, _ entries: [PreloadEntry], _ names: Set<String>, _ rollsBack: Bool
  ) -> [String: any Error] {
    let items = items(entries, B.Cell.self)
    return rollsBack ? backend.preloadOrRollBack(items, only: names) : backend.preload(items, only: names)
  }

  private func items<Cell: Sendable>(_ entries: [PreloadEntry], _ type: Cell.Type) -> [PreloadItem<Cell>] {
    entries.compactMap { entry in
      guard let cell = (entry.cell as? BlockingSubjectCell<Backend>)?.cell as? Cell else { return nil }
      return PreloadItem(name: entry.name, cell: cell, factory: entry.factory)
    }
  }

  package func registryBlocking(_ entries: [RegistryEntry]) throws -> any SubjectRegistry {
    if let backend = backend as? any BlockingRegistering { return try own(backend, entries) }
    return BlockingKitRegistry(backend: backend, items: items(entries, Backend.Cell.self))
  }

  package func registrySuspending(_ entries: [RegistryEntry]) async throws -> any SubjectRegistry {
    throw Self.wrongFace
  }

  private func own<B: BlockingRegistering>(
    _ backend: B, _ entries: [RegistryEntry]
  ) throws -> any SubjectRegistry {
    OwnBlockingRegistry(backend: backend, registry: try backend.makeRegistry(of: items(entries, B.Cell.self)))
  }

  private func items<Cell: Sendable>(_ entries: [RegistryEntry], _ type: Cell.Type) -> [RegistryItem<Cell>] {
    entries.compactMap { entry in
      guard let cell = (entry.cell as? BlockingSubjectCell<Backend>)?.cell as? Cell else { return nil }
      return RegistryItem(name: entry.name, cell: cell, dependencies: entry.dependencies)
    }
  }

  package func getTwiceBlocking<Payload: Sendable>(_ trial: PayloadTrial<Payload>) throws {
    guard let backend = backend as? any BlockingAnyPayload else { throw MissingCapability(capability: .anyPayload) }
    try backend.getTwice(named: "any", in: trial.world, make: trial.make, use: trial.use)
  }

  package func getTwiceSuspending<Payload: Sendable>(_ trial: PayloadTrial<Payload>) async throws {
    throw Self.wrongFace
  }

  package func getAndDropBlocking(_ trial: DropTrial) throws {
    let cell = try backend.makeCell(named: trial.name, in: trial.world)
    _ = try backend.getOrInitialize(cell, trial.factory)
  }

  package func getAndDropSuspending(_ trial: DropTrial) async throws { throw Self.wrongFace }

  private static var wrongFace: KitError { KitError("a blocking backend was driven by the other face") }
}

/// The backend's own registry.
private struct OwnBlockingRegistry<Backend: BlockingRegistering>: SubjectRegistry {
  let backend: Backend
  let registry: Backend.Registry

  func endBlocking(isFinal: Bool) -> [String: any Error] {
    isFinal ? backend.shutDownAll(registry) : backend.closeAll(registry)
  }

  func endSuspending(isFinal: Bool) async -> [String: any Error] { ["": KitError("the registry has the other face")] }

  func addSweepBlocking(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws {
    guard let backend = backend as? any BlockingSweeping else { throw MissingCapability(capability: .sweeps) }
    try add(name, body, backend)
  }

  private func add<B: BlockingSweeping>(
    _ name: String, _ body: @escaping @Sendable () throws -> Void, _ backend: B
  ) throws {
    guard let registry = registry as? B.Registry else { throw MissingCapability(capability: .sweeps) }
    backend.addSweep(to: registry, named: name, body)
  }
}
