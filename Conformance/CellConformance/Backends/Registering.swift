/// One cell of a registry: what it is called, and which cells it needs.
public struct RegistryItem<Cell: Sendable>: Sendable {
  /// The cell's name.
  public let name: String
  /// The cell.
  public let cell: Cell
  /// The names of the cells that it needs, as far as they were declared; they are closed after it.
  public let dependencies: [String]
}

/// A blocking backend with a registry of its own (``Capability/registry``); for all others the kit's own is used, which
/// knows declared dependencies only.
public protocol BlockingRegistering: BlockingCellBackend {
  /// What the backend keeps of registered cells.
  associatedtype Registry: Sendable

  /// Registers cells.
  ///
  /// - Throws: `cell.duplicate-name` when two of them have the same name.
  func makeRegistry(of items: [RegistryItem<Cell>]) throws -> Registry

  /// Closes every cell, each after all that need it, whatever fails. May be repeated.
  ///
  /// - Returns: the error of each cell that failed, by name.
  func closeAll(_ registry: Registry) -> [String: any Error]

  /// The same for ever: the cells are then shut down.
  func shutDownAll(_ registry: Registry) -> [String: any Error]
}

/// A suspending backend with a registry of its own (``Capability/registry``); for all others the kit's own is used, which
/// knows declared dependencies only.
public protocol SuspendingRegistering: SuspendingCellBackend {
  /// What the backend keeps of registered cells.
  associatedtype Registry: Sendable

  /// Registers cells.
  ///
  /// - Throws: `cell.duplicate-name` when two of them have the same name.
  func makeRegistry(of items: [RegistryItem<Cell>]) async throws -> Registry

  /// Closes every cell, each after all that need it, whatever fails. May be repeated.
  ///
  /// - Returns: the error of each cell that failed, by name.
  func closeAll(_ registry: Registry) async -> [String: any Error]

  /// The same for ever: the cells are then shut down.
  func shutDownAll(_ registry: Registry) async -> [String: any Error]
}

/// A blocking backend whose registry runs hooks (``Capability/sweeps``).
public protocol BlockingSweeping: BlockingRegistering {
  /// Adds a hook that runs after every `closeAll` and `shutDownAll`, even one with errors, in the order of adding. What it
  /// throws stops nobody, and is no cell's error.
  func addSweep(to registry: Registry, named name: String, _ body: @escaping @Sendable () throws -> Void)
}

/// A suspending backend whose registry runs hooks (``Capability/sweeps``).
public protocol SuspendingSweeping: SuspendingRegistering {
  /// Adds a hook that runs after every `closeAll` and `shutDownAll`, even one with errors, in the order of adding. What it
  /// throws stops nobody, and is no cell's error.
  func addSweep(to registry: Registry, named name: String, _ body: @escaping @Sendable () throws -> Void) async
}
