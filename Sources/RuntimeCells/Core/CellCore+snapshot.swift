internal import CellContract

extension CellCore {
  func snapshot() -> CellSnapshot {
    locked {
      var snapshot = CellSnapshot(name: name)
      (snapshot.initState, snapshot.detail) = state
      if let slot = machine.current {
        snapshot.generation = machine.slots[slot].generation.map(CellGeneration.init)
        snapshot.leases = ground.leases(slot: slot)
        snapshot.leaseSites = sites?.places(slot: slot) ?? []
        snapshot.limits = facts.limits[slot] + facts.reportedLimits
      }
      snapshot.lastInitDuration = facts.lastInitDuration
      snapshot.typicalInitDuration = facts.initTimes.median
      snapshot.estimatedWait = estimatedWait
      snapshot.drainingLeases = drainingLeases
      snapshot.drainingLeaseSites = drainingLeaseSites
      snapshot.drainingGenerations = machine.slots.indices
        .filter { $0 != machine.current }
        .compactMap { machine.slots[$0].generation.map(CellGeneration.init) }.sorted()
      snapshot.waiters = waiters.count
      snapshot.attempts = machine.attempts
      snapshot.built = machine.built
      snapshot.disposed = machine.disposed
      snapshot.live = machine.live
      snapshot.lastError = facts.lastError.map { String(describing: $0) }
      snapshot.lastDisposeError = facts.lastDisposeError.map { String(describing: $0) }
      if case .coolingDown(let until, _) = machine.memory, snapshot.detail == .coolingDown {
        snapshot.retryAfter = max(.zero, until - configuration.clock.now)
      }
      if let gate {
        (snapshot.gateActive, snapshot.gateQueue) = gate.occupancy
        snapshot.gateWaits = gate.waits
      }
      snapshot.droppedEvents = events.queues.reduce(0) { $0 + $1.dropped }
      snapshot.dependencies = facts.dependencies
      snapshot.estimatedFootprint = configuration.memory?.footprint
      snapshot.measuredFootprint = facts.measuredFootprint
      return snapshot
    }
  }

  func report(limits: [String]) {
    locked { facts.reportedLimits = limits }
  }

  /// The public state and what lies behind it. Under the lock.
  private var state: (CellInitState, CellDetail) {
    let isBuilding = machine.flight.map { !$0.isStale } ?? false
    if machine.current != nil {
      return (.ready, isBuilding ? .swapping : machine.hasProbation ? .probation : .serving)
    }
    if isBuilding { return (.initializing, .building) }
    if machine.isShutDown { return (.empty, .shutDown) }
    if machine.live > 0 || machine.flight != nil { return (.empty, .draining) }
    if machine.isPaused { return (.empty, .paused) }
    switch machine.memory {
    case .none: return (.empty, .idle)
    case .failed: return (.empty, .failed)
    case .coolingDown(let until, _): return (.empty, until > configuration.clock.now ? .coolingDown : .idle)
    }
  }
}
