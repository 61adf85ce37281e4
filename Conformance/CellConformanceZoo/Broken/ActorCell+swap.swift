import CellConformance
import CellContract

extension ActorCell {
  /// Builds a payload aside and puts it in the place of the old one. The caller runs the factory.
  func swap(_ factory: ProbeFactory) async throws -> Probe {
    guard SwapGuard.isOpen(in: world, defect, atCreation: swapGuardAtCreation) else {
      if let probe = try await takeRefused(factory) { return probe }
      throw error(.swapNotAllowed, SwapGuard.refusal(of: name, defect))
    }
    let number = defect == .swapNumberEarly ? generation + 1 : nil
    guard let old = try await beginSwap() else { return try await acquire(factory, leasing: false).probe }
    let path = Self.path + [ObjectIdentifier(self)]
    let made = await Self.result { try await Self.$path.withValue(path) { try await factory.make() } }
    return try await endSwap(old, made, number)
  }

  /// The payload that is to be replaced; nil when there is none. Waits for a factory and for payloads that are in the way.
  private func beginSwap() async throws -> Entry? {
    while true {
      if isShutDown { throw shutDownError }
      if isSwapping { throw error(.swapInProgress, "another swap of \"\(name)\" is under way") }
      if defect == .racySwap { await stepAside() }
      switch state {
      case .empty: return nil
      case .ready(let old) where draining == 0 || defect == .thirdPayload:
        isSwapping = true
        return old
      case .building: try refuseReentrance()
      case .ready: break
      }
      await untilIdle()
    }
  }

  private func endSwap(_ old: Entry, _ made: Result<Probe, any Error>, _ number: UInt64?) async throws -> Probe {
    isSwapping = false
    let probe: Probe
    switch made {
    case .failure(let cause):
      throw error(.swapFailed, "the new payload of \"\(name)\" could not be made: \(cause)", underlying: cause)
    case .success(let new): probe = new
    }
    built += 1
    let overwrites = await willOverwrite(old)
    guard overwrites || isInPlace(old) else {
      try? await dispose(probe)
      throw error(.closed, "\"\(name)\" was closed during the swap")
    }
    let wasTaken = !isInPlace(old) && defect != .swapGap
    generation = number ?? generation + 1
    let entry = Entry(probe, generation: generation)
    (state, last) = (.ready(entry), entry)
    if defect == .peekStaleAfterSwap || defect == .leaseStaleAfterSwap { replaced = old }
    guard !wasTaken, defect != .swapDisposesFirst else { return probe }
    draining += 1
    defer {
      draining -= 1
      wakeIdle()
    }
    while (users[ObjectIdentifier(old)] ?? 0) > 0, defect != .disposeIgnoresLeases { await untilIdle() }
    users[ObjectIdentifier(old)] = nil
    try? await dispose(old.probe)
    return probe
  }

  private func isInPlace(_ entry: Entry) -> Bool {
    if case .ready(let current) = state { current === entry } else { false }
  }

  // MARK: - What only defects do

  /// Leaves the actor to others for a turn of the whole executor; a plain yield only lets those pass that are at its door.
  @concurrent nonisolated func stepAside() async { await Task.yield() }

  /// What a swap does between the end of its factory and the publish, and whether it then publishes in any case.
  private func willOverwrite(_ old: Entry) async -> Bool {
    switch defect {
    case .racySwap: return true
    case .swapIgnoresOpenClose: return grave === old
    case .racySwapPublish where isInPlace(old):
      for _ in 0..<64 where isInPlace(old) { await stepAside() }
      return true
    case .swapGap where isInPlace(old):
      state = .empty
      for _ in 0..<4 { await stepAside() }
      return true
    case .swapDisposesFirst where isInPlace(old):
      try? await dispose(old.probe)
      return false
    default: return false
    }
  }

  /// What a close of a cell that holds nothing does wrong, if anything.
  func endsEmptyBadly() async -> Bool {
    switch defect {
    case .racyEmptyClose where running == nil:
      for _ in 0..<4 { await stepAside() }
      state = .empty
      return true
    case .closeSharesDrain:
      guard let grave, (users[ObjectIdentifier(grave)] ?? 0) > 0 else { return false }
      while (users[ObjectIdentifier(grave)] ?? 0) > 0 { await untilIdle() }
      try? await dispose(grave.probe)
      return true
    default: return false
    }
  }

  /// What only a defect does with a swap that is refused; the payload, if it is let through after all.
  private func takeRefused(_ factory: ProbeFactory) async throws -> Probe? {
    switch (defect, state) {
    case (.refusedSwapInitializes, .empty): return try await getOrInitialize(factory)
    case (.refusedSwapBuilds, _): try? await factory.make().closeSuspending()
    case (.refusedSwapCloses, _): try? await close(silent: true)
    default: break
    }
    return nil
  }
}
