// What concerns several cells, or none: preloads, registries, payloads of other types.
extension SuspendingSubject {
  package func preloadSuspending(
    _ entries: [PreloadEntry], only names: Set<String>, rollsBack: Bool
  ) async -> [String: any Error] {
    if let backend = backend as? any SuspendingPreloading { return await own(backend, entries, names, rollsBack) }
    return await KitPreloader.suspending(backend, items(entries, Backend.Cell.self), only: names, rollsBack: rollsBack)
  }

  package func preloadBlocking(
    _ entries: [PreloadEntry], only names: Set<String>, rollsBack: Bool
  ) -> [String: any Error] {
    ["": Self.wrongFace]
  }

  private func own<B: SuspendingPreloading>(
    _ backend: B, _ entries: [PreloadEntry], _ names: Set<String>, _ rollsBack: Bool
  ) async -> [String: any Error] {
    let items = items(entries, B.Cell.self)
    return await rollsBack ? backend.preloadOrRollBack(items, only: names) : backend.preload(items, only: names)
  }

  private func items<Cell: Sendable>(_ entries: [PreloadEntry], _ type: Cell.Type) -> [PreloadItem<Cell>] {
    entries.compactMap { entry in
      guard let cell = (entry.cell as? SuspendingSubjectCell<Backend>)?.cell as? Cell else { return nil }
      return PreloadItem(name: entry.name, cell: cell, factory: entry.factory)
    }
  }

  package func registrySuspending(_ entries: [RegistryEntry]) async throws -> any SubjectRegistry {
    if let backend = backend as? any SuspendingRegistering { return try await own(backend, entries) }
    return SuspendingKitRegistry(backend: backend, items: items(entries, Backend.Cell.self))
  }

  package func registryBlocking(_ entries: [RegistryEntry]) throws -> any SubjectRegistry {
    throw Self.wrongFace
  }

  private func own<B: SuspendingRegistering>(
    _ backend: B, _ entries: [RegistryEntry]
  ) async throws -> any SubjectRegistry {
    OwnSuspendingRegistry(backend: backend, registry: try await backend.makeRegistry(of: items(entries, B.Cell.self)))
  }

  private func items<Cell: Sendable>(_ entries: [RegistryEntry], _ type: Cell.Type) -> [RegistryItem<Cell>] {
    entries.compactMap { entry in
      guard let cell = (entry.cell as? SuspendingSubjectCell<Backend>)?.cell as? Cell else { return nil }
      return RegistryItem(name: entry.name, cell: cell, dependencies: entry.dependencies)
    }
  }

  package func getTwiceSuspending<Payload: Sendable>(_ trial: PayloadTrial<Payload>) async throws {
    guard let backend = backend as? any SuspendingAnyPayload else { throw MissingCapability(capability: .anyPayload) }
    try await backend.getTwice(named: "any", in: trial.world, make: trial.make, use: trial.use)
  }

  package func getTwiceBlocking<Payload: Sendable>(_ trial: PayloadTrial<Payload>) throws {
    throw Self.wrongFace
  }

  package func getAndDropSuspending(_ trial: DropTrial) async throws {
    let cell = try backend.makeCell(named: trial.name, in: trial.world)
    _ = try await backend.getOrInitialize(cell, trial.factory)
  }

  package func getAndDropBlocking(_ trial: DropTrial) throws { throw Self.wrongFace }

  private static var wrongFace: KitError { KitError("a suspending backend was driven by the other face") }
}

/// The backend's own registry.
private struct OwnSuspendingRegistry<Backend: SuspendingRegistering>: SubjectRegistry {
  let backend: Backend
  let registry: Backend.Registry

  func endSuspending(isFinal: Bool) async -> [String: any Error] {
    await isFinal ? backend.shutDownAll(registry) : backend.closeAll(registry)
  }

  func endBlocking(isFinal: Bool) -> [String: any Error] { ["": KitError("the registry has the other face")] }

  func addSweepSuspending(_ name: String, _ body: @escaping @Sendable () throws -> Void) async throws {
    guard let backend = backend as? any SuspendingSweeping else { throw MissingCapability(capability: .sweeps) }
    try await add(name, body, backend)
  }

  private func add<B: SuspendingSweeping>(
    _ name: String, _ body: @escaping @Sendable () throws -> Void, _ backend: B
  ) async throws {
    guard let registry = registry as? B.Registry else { throw MissingCapability(capability: .sweeps) }
    await backend.addSweep(to: registry, named: name, body)
  }
}
