/// A suspending backend whose cells can be seeded (``Capability/seeding``).
public protocol SuspendingSeeding: SuspendingCellBackend {
  /// Puts a finished payload into an empty cell; allowed only while `KGFOUNDRY_ALLOW_RUNTIME_SEED` is truthy in the world.
  func seed(_ cell: Cell, _ payload: Probe) async throws
}

/// A suspending backend that protects payloads in use (``Capability/leasing``).
public protocol SuspendingLeasing: SuspendingCellBackend {
  /// Runs `body` with the cell's payload, which is not disposed before `body` has returned or thrown.
  ///
  /// - Throws: what `body` throws, as it is.
  func withValue(_ cell: Cell, _ factory: ProbeFactory, _ body: LeaseBody) async throws
}

/// A suspending backend that can replace a payload while it serves (``Capability/swapping``).
public protocol SuspendingSwapping: SuspendingCellBackend {
  /// Builds a new payload aside, publishes it by one step, and disposes the old one after its last user; allowed only while
  /// `KGFOUNDRY_ALLOW_RUNTIME_SWAP` is truthy in the world. Returns the new payload.
  func swap(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe
}

/// A suspending backend that can take a swap back (``Capability/probation``).
public protocol SuspendingProbation: SuspendingSwapping {
  /// Swaps, and keeps the old payload for `probation`, by the world's clock.
  func swap(_ cell: Cell, _ factory: ProbeFactory, probation: Duration) async throws -> Probe

  /// Has the payload of before the last swap serve again under a new generation number; guarded like a swap.
  ///
  /// - Throws: `cell.swap-failed` when none is kept.
  func rollBack(_ cell: Cell) async throws
}

/// A suspending backend whose closes can be bounded (``Capability/closeDeadlines``).
public protocol SuspendingCloseDeadlines: SuspendingCellBackend {
  /// Closes, and waits for users, factory and disposer no longer than `deadline` by the world's clock.
  ///
  /// - Throws: `cell.deadline-exceeded` with `holders` and `factoryRunning`: the last user, or the flight, disposes then;
  ///   `cell.invalid-argument` for a negative deadline.
  func close(_ cell: Cell, deadline: Duration, silent: Bool) async throws
}

/// A suspending backend whose cells can be closed for ever (``Capability/shutdown``).
public protocol SuspendingShutdown: SuspendingCellBackend {
  /// Closes the cell for ever: whatever is asked of it later throws `cell.shut-down`, and it holds nothing. May be repeated.
  func shutDown(_ cell: Cell, silent: Bool) async throws
}

/// A suspending backend that can close a payload under its users (``Capability/forcedCloses``).
public protocol SuspendingForcedCloses: SuspendingCloseDeadlines {
  /// Closes like `close(_:deadline:silent:)`; at the deadline a payload that is `ForceCloseable` is disposed though it is in
  /// use, and the close ends well. Any other payload is left to its last user, and the close throws.
  func closeByForce(_ cell: Cell, deadline: Duration, silent: Bool) async throws
}

/// A suspending backend whose calls can be bounded (``Capability/waitDeadlines``).
public protocol SuspendingWaitDeadlines: SuspendingCellBackend {
  /// The cell's payload like `getOrInitialize(_:_:)`, waited for no longer than `deadline` by the world's clock.
  ///
  /// - Throws: `cell.warming-up` at the deadline, while the factory goes on for others; `cell.invalid-argument` for a
  ///   negative deadline of a cell that is not ready.
  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory, deadline: Duration) async throws -> Probe
}
