import CellConformance
import CellContract

extension LockCell {
  func checkSwapGuard() throws {
    guard SwapGuard.isOpen(in: world, defect, atCreation: swapGuardAtCreation) else {
      throw error(.swapNotAllowed, SwapGuard.refusal(of: name, defect))
    }
  }

  /// What only a defect does with a swap that is refused; the payload, if it is let through after all.
  private func takeRefused(_ factory: ProbeFactory) throws -> Probe? {
    switch defect {
    case .refusedSwapInitializes where monitor.locked({ if case .empty = state { true } else { false } }):
      return try getOrInitialize(factory)
    case .refusedSwapBuilds: try? factory.makeBlocking().close()
    case .refusedSwapCloses: try? close(silent: true)
    default: break
    }
    return nil
  }

  func swap(_ factory: ProbeFactory, keeping probation: Duration? = nil) throws -> Probe {
    do { try checkSwapGuard() } catch {
      if let probe = try takeRefused(factory) { return probe }
      throw error
    }
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
        monitor.broadcast()
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
        if defect != .eventSwapDisposalMissing { disposed(old) }
        gone(old)
      }
      return probe
    }
  }

  /// Puts the new payload in place and waits for the users of the old one. Only inside the monitor.
  private func publish(_ probe: Probe, retiring old: Entry, keeping probation: Duration?) {
    generation = drawnNumber ?? generation + 1
    last = nil
    if [.peekStaleAfterSwap, .leaseStaleAfterSwap, .readyReadStaleAfterSwap].contains(defect) { replaced = old }
    monitor.broadcast()
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
