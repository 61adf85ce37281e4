/// A suspending backend whose cells can be seeded (``Capability/seeding``).
public protocol SuspendingSeeding: SuspendingCellBackend {
  /// Puts a finished payload into an empty cell; allowed only while `KGFOUNDRY_ALLOW_RUNTIME_SEED` is truthy in the world.
  func seed(_ cell: Cell, _ payload: Probe) async throws
}

/// A suspending backend that protects payloads in use (``Capability/leasing``).
public protocol SuspendingLeasing: SuspendingCellBackend {
  /// Runs `body` with the cell's payload, which is not disposed before `body` has returned.
  func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) async throws
}

/// A suspending backend that can replace a payload while it serves (``Capability/swapping``).
public protocol SuspendingSwapping: SuspendingCellBackend {
  /// Builds a new payload aside, publishes it by one step, and disposes the old one after its last user; allowed only while
  /// `KGFOUNDRY_ALLOW_RUNTIME_SWAP` is truthy in the world. Returns the new payload.
  func swap(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe
}
