import CellConformance
import CellContract

extension ActorCell {
  /// Makes a payload beside the one in place, puts it there, and disposes the old one after its last user.
  func swap(_ factory: ProbeFactory) async throws -> Probe {
    guard SwapGuard.isOpen(in: world, defect, atCreation: swapGuardAtCreation) else {
      if let probe = try await takeRefused(factory) { return probe }
      throw error(.swapNotAllowed, SwapGuard.refusal(of: name, defect))
    }
    if isShutDown { throw shutDownError }
    if isSwapping { throw error(.swapInProgress, "another swap of \"\(name)\" is under way") }
    isSwapping = true
    var isPublished = false
    // Once published, the next swap may have begun.
    defer { if !isPublished { endSwap() } }
    while isBuilding || (draining > 0 && defect != .thirdPayload) {
      if isBuilding { try refuseReentrance() }
      await untilIdle()
    }
    guard case .ready(let old) = state else { return try await getOrInitialize(factory) }
    switch await Self.result({ try await factory.make() }) {
    case .failure(let cause):
      throw error(.swapFailed, "the new payload of \"\(name)\" could not be made: \(cause)", underlying: cause)
    case .success(let probe):
      built += 1
      guard case .ready(let current) = state, current === old else {
        try? await dispose(probe)
        throw error(.closed, "\"\(name)\" was closed during the swap")
      }
      isPublished = true
      await publish(probe, retiring: old)
      return probe
    }
  }

  private var isBuilding: Bool {
    if case .building = state { return true }
    return running != nil
  }

  private func endSwap() {
    isSwapping = false
    wakeIdle()
  }

  private func publish(_ probe: Probe, retiring old: Entry) async {
    generation += 1
    let entry = Entry(probe, generation: generation)
    (state, last) = (.ready(entry), entry)
    if defect == .peekStaleAfterSwap || defect == .leaseStaleAfterSwap { replaced = old }
    // The next swap may begin, and waits until the old payload is gone.
    endSwap()
    draining += 1
    while (users[ObjectIdentifier(old)] ?? 0) > 0, defect != .disposeIgnoresLeases { await untilIdle() }
    users[ObjectIdentifier(old)] = nil
    try? await dispose(old.probe)
    draining -= 1
    wakeIdle()
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
