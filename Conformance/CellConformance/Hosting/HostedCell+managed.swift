package import CellContract
import Synchronization

/// A hosted cell in a registry, a preload, a readiness report: whatever backend is behind it.
extension HostedCell: ManagedCell {
  /// The cell as its payloads' ledger shows it, because not every backend tells.
  package func snapshot() -> CellSnapshot {
    let ledger = hold.ledger
    var snapshot = CellSnapshot(name: name)
    if ledger.held > 0 {
      (snapshot.initState, snapshot.detail) = (.ready, .serving)
    } else if ledger.running > 0 {
      (snapshot.initState, snapshot.detail) = (.initializing, .building)
    } else if isShutDown.load(ordering: .acquiring) {
      snapshot.detail = .shutDown
    }
    snapshot.attempts = ledger.attempts
    snapshot.built = ledger.built
    snapshot.disposed = ledger.disposed
    snapshot.live = Int(ledger.built) - Int(ledger.disposed)
    snapshot.lastError = ledger.lastError
    snapshot.dependencies = dependencies
    return snapshot
  }

  /// Empties the cell; the deadline is left aside, because the host's clock stands still.
  package func close(deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome {
    try await outcome { try await self.perform(.close(silent: silent)) }
  }

  /// Empties the cell for ever, by the backend's own means where it has them.
  package func shutDown(deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome {
    isShutDown.store(true, ordering: .releasing)
    return try await outcome {
      try await self.perform(self.canShutDown ? .shutDown : .close(silent: silent))
    }
  }

  private func outcome(_ close: () async throws -> Outcome) async throws -> CellCloseOutcome {
    let before = hold.ledger.disposed
    _ = try await close()
    return hold.ledger.disposed > before ? .ok : .noop
  }
}
