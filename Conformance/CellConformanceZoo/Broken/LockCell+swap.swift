import CellConformance
import CellContract

extension LockCell {
  private static let swapVariable = "KGFOUNDRY_ALLOW_RUNTIME_SWAP"

  func checkSwapGuard() throws {
    guard SeedGuard.isOpen(world.environment(Self.swapVariable)) || defect == .swapUnguarded else {
      throw error(.swapNotAllowed, "swapping \"\(name)\" is not allowed here: set \(Self.swapVariable)=1")
    }
  }

  func swap(_ factory: ProbeFactory, keeping probation: Duration? = nil) throws -> Probe {
    try checkSwapGuard()
    if defect == .swapsAfterShutdown { monitor.locked { isShutDown = false } }
    if let refusal = monitor.locked({ isShutDown ? refusal() : nil }) { throw refusal }
    if defect != .swapForgetsKept { letGo(monitor.locked { takeKept() }) }
    if defect == .swapNumberEarly { monitor.locked { drawnNumber = generation + 1 } }
    guard let old = try defect == .racySwap ? beginRacySwap() : beginSwap() else {
      if defect == .swapRefusesEmpty { throw error(.empty, "\"\(name)\" holds nothing that could be swapped") }
      return try getOrInitialize(factory)
    }
    if defect == .swapEmptiesFirst {
      monitor.locked { state = .empty }
      try? old.probe.close()
    }
    let made = Result { try factory.makeBlocking() }
    return try endSwap(old, made, keeping: probation)
  }

  private var isBuilding: Bool { if case .building = state { true } else { false } }

  /// The payload that is to be replaced; nil when there is none.
  private func beginSwap() throws -> Entry? {
    try monitor.locked {
      try refuseSecondSwap()
      while isBuilding || draining > 0 {
        monitor.wait()
        try refuseSecondSwap()
      }
      guard case .ready(let old) = state else { return nil }
      isSwapping = true
      old.swapBegun = world.clock.now.offset
      return old
    }
  }

  /// Only inside the monitor.
  func refuseSecondSwap() throws {
    if isSwapping, defect != .swapsOverlap {
      throw error(.swapInProgress, "another swap of \"\(name)\" is under way")
    }
  }

  private func endSwap(
    _ old: Entry, _ made: Result<Probe, any Error>, keeping probation: Duration?
  ) throws -> Probe {
    switch made {
    case .failure(let cause):
      monitor.locked {
        isSwapping = false
        tell(
          .swapFailed(
            .init(from: .init(old.generation), to: nil, attempts: 1, duration: since(old.swapBegun), error: cause)))
        if defect == .failedSwapLosesOld, case .ready(let current) = state, current === old { state = .empty }
      }
      if defect == .failedSwapLosesOld { try? old.probe.close() }
      throw error(.swapFailed, "the new payload of \"\(name)\" could not be made: \(cause)", underlying: cause)
    case .success(let probe):
      let overwrites = willOverwrite(old)
      let isPublished = monitor.locked { () -> Bool in
        isSwapping = false
        built += 1
        if case .ready(let current) = state, current === old {
          publish(probe, retiring: old, keeping: probation)
          return true
        }
        guard overwrites || (defect == .swapIgnoresOpenClose && old.isDraining) else { return false }
        publish(probe, retiring: old, keeping: nil)
        return true
      }
      guard isPublished else {
        try? disposeProbe(probe)
        throw error(.closed, "\"\(name)\" was closed during the swap")
      }
      if defect == .swapDisposesNew || defect == .swapForgetsOld { gone(old) }
      if defect == .swapDisposesNew {
        try? probe.close()
      } else if probation != nil, defect != .probationDisposesAtOnce {
        return probe
      } else if defect != .swapForgetsOld, defect != .swapEmptiesFirst, defect != .swapResurrects, !leaves(old) {
        try? disposeProbe(old.probe)
        disposed(old)
        gone(old)
      }
      return probe
    }
  }

  /// Puts the new payload in place and waits for the users of the old one. Only inside the monitor.
  private func publish(_ probe: Probe, retiring old: Entry, keeping probation: Duration?) {
    generation = drawnNumber ?? generation + 1
    last = nil
    tell(
      .swapSucceeded(
        .init(
          from: .init(old.generation), to: .init(generation), attempts: 1, duration: since(old.swapBegun), error: nil)))
    state = .ready(Entry(probe, generation: generation))
    old.wasTaken = old.isRetired
    old.isRetired = true
    if let probation { return keep(old, for: probation) }
    drains(old)
    while old.users > 0, defect != .disposeIgnoresLeases { monitor.wait() }
  }
}
