/// The kit's own registry for backends that bring none: closes cells in the reverse order of their declared dependencies,
/// one after another, whatever fails. Where the backend can shut cells down, the end for ever does that.
struct KitCloseOrder {
  /// The names in the order in which they are to be closed: who needs others comes first. Cells that need each other are
  /// closed in the order of their registration.
  static func names(_ dependencies: [(name: String, needs: [String])]) -> [String] {
    var open = dependencies
    var order: [String] = []
    while !open.isEmpty {
      let free = open.firstIndex { item in !open.contains { $0.name != item.name && $0.needs.contains(item.name) } }
      order.append(open.remove(at: free ?? 0).name)
    }
    return order
  }
}

/// The kit's registry over a blocking backend.
struct BlockingKitRegistry<Backend: BlockingCellBackend>: SubjectRegistry {
  let backend: Backend
  let items: [RegistryItem<Backend.Cell>]

  func endBlocking(isFinal: Bool) -> [String: any Error] {
    var errors: [String: any Error] = [:]
    for name in KitCloseOrder.names(items.map { ($0.name, $0.dependencies) }) {
      guard let item = items.first(where: { $0.name == name }) else { continue }
      do {
        if isFinal, let backend = backend as? any BlockingShutdown {
          try shutDown(backend, item.cell)
        } else {
          try backend.close(item.cell, silent: false)
        }
      } catch { errors[name] = error }
    }
    return errors
  }

  func endSuspending(isFinal: Bool) async -> [String: any Error] { ["": KitError("the registry has the other face")] }

  private func shutDown<B: BlockingShutdown>(_ backend: B, _ cell: Backend.Cell) throws {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .shutdown) }
    try backend.shutDown(cell, silent: false)
  }
}

/// The kit's registry over a suspending backend.
struct SuspendingKitRegistry<Backend: SuspendingCellBackend>: SubjectRegistry {
  let backend: Backend
  let items: [RegistryItem<Backend.Cell>]

  func endSuspending(isFinal: Bool) async -> [String: any Error] {
    var errors: [String: any Error] = [:]
    for name in KitCloseOrder.names(items.map { ($0.name, $0.dependencies) }) {
      guard let item = items.first(where: { $0.name == name }) else { continue }
      do {
        if isFinal, let backend = backend as? any SuspendingShutdown {
          try await shutDown(backend, item.cell)
        } else {
          try await backend.close(item.cell, silent: false)
        }
      } catch { errors[name] = error }
    }
    return errors
  }

  func endBlocking(isFinal: Bool) -> [String: any Error] { ["": KitError("the registry has the other face")] }

  private func shutDown<B: SuspendingShutdown>(_ backend: B, _ cell: Backend.Cell) async throws {
    guard let cell = cell as? B.Cell else { throw MissingCapability(capability: .shutdown) }
    try await backend.shutDown(cell, silent: false)
  }
}
