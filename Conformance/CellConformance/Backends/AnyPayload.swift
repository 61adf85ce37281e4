/// A blocking backend that can make cells for payloads of any type (``Capability/anyPayload``).
public protocol BlockingAnyPayload: BlockingCellBackend {
  /// Makes a cell for payloads of the type `Payload`, asks it for one twice with the factory `make`, gives each answer to
  /// `use`, and closes the cell. The payloads need no disposer.
  func getTwice<Payload: Sendable>(
    named name: String, in world: CellWorld, make: @escaping @Sendable () throws -> Payload,
    use: @Sendable (Payload) -> Void
  ) throws
}

/// A suspending backend that can make cells for payloads of any type (``Capability/anyPayload``).
public protocol SuspendingAnyPayload: SuspendingCellBackend {
  /// Makes a cell for payloads of the type `Payload`, asks it for one twice with the factory `make`, gives each answer to
  /// `use`, and closes the cell. The payloads need no disposer.
  func getTwice<Payload: Sendable>(
    named name: String, in world: CellWorld, make: @escaping @Sendable () throws -> Payload,
    use: @Sendable (Payload) -> Void
  ) async throws
}
