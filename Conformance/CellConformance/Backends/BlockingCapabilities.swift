/// A blocking backend whose cells can be seeded (``Capability/seeding``).
public protocol BlockingSeeding: BlockingCellBackend {
  /// Puts a finished payload into an empty cell; allowed only while `KGFOUNDRY_ALLOW_RUNTIME_SEED` is truthy in the world.
  func seed(_ cell: Cell, _ payload: Probe) throws
}

/// A blocking backend that protects payloads in use (``Capability/leasing``).
public protocol BlockingLeasing: BlockingCellBackend {
  /// Runs `body` with the cell's payload, which is not disposed before `body` has returned.
  func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) throws
}

/// A blocking backend that can replace a payload while it serves (``Capability/swapping``).
public protocol BlockingSwapping: BlockingCellBackend {
  /// Builds a new payload aside, publishes it by one step, and disposes the old one after its last user; allowed only while
  /// `KGFOUNDRY_ALLOW_RUNTIME_SWAP` is truthy in the world. Returns the new payload.
  func swap(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe
}
