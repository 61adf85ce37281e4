import CellConformance
import CellContract

/// What only defects do, where two calls meet.
extension LockCell {
  /// Looks whether a swap is under way, and says that one is, in two steps.
  func beginRacySwap() throws -> Entry? {
    try monitor.locked { try refuseSecondSwap() }
    KitThread.yield()
    return monitor.locked {
      guard case .ready(let old) = state else { return nil }
      isSwapping = true
      old.swapBegun = world.clock.now.offset
      return old
    }
  }

  /// What a swap does between the end of its factory and the publish, and whether it then publishes in any case.
  func willOverwrite(_ old: Entry) -> Bool {
    switch defect {
    case .swapResurrects, .swapEmptiesFirst, .swapsOverlap, .racySwap: return true
    case .racySwapPublish:
      guard monitor.locked({ isInPlace(old) }) else { return false }
      // As long as a thread is away that loses its processor here, unless what it looked at changes before.
      for _ in 0..<2000 where monitor.locked({ isInPlace(old) }) { KitThread.yield() }
      return true
    case .swapGap:
      let isThere = monitor.locked { () -> Bool in
        guard isInPlace(old) else { return false }
        state = .empty
        return true
      }
      if isThere { for _ in 0..<2000 where monitor.locked({ isEmpty }) { KitThread.yield() } }
      return isThere
    case .swapDisposesFirst:
      if monitor.locked({ isInPlace(old) }) { try? disposeProbe(old.probe) }
      return false
    default: return false
    }
  }

  /// Whether a swap leaves what it replaced to somebody else.
  func leaves(_ old: Entry) -> Bool {
    switch defect {
    case .swapDisposesFirst:
      gone(old)
      return true
    case .racySwap, .racySwapPublish, .swapIgnoresOpenClose:
      if old.wasTaken { gone(old) }
      return old.wasTaken
    default: return false
    }
  }

  private func isInPlace(_ entry: Entry) -> Bool {
    if case .ready(let current) = state { current === entry } else { false }
  }

  private var isEmpty: Bool { if case .empty = state { true } else { false } }

  var holdsSeed: Bool { if case .ready(let entry) = state { entry.wasSeeded } else { false } }

  /// Gives the payload in place a number that was drawn before. Only inside the monitor.
  func renumber(_ number: UInt64) {
    generation = number
    if case .ready(let entry) = state { entry.generation = number }
  }

  /// Stores what is in place once more, from a thread that comes when it comes.
  func storeAgain() {
    guard case .ready(let entry) = monitor.locked({ state }) else { return }
    try? KitThread.start("store") { self.monitor.locked { self.state = .ready(entry) } }
  }

  /// Looks whether there is nothing, and empties the cell, in two steps.
  func closesEmpty() -> Bool {
    guard monitor.locked({ isEmpty && running == nil }) else { return false }
    for _ in 0..<8 { KitThread.yield() }
    monitor.locked { state = .empty }
    return true
  }

  /// Waits for the users of what another close took out, and disposes it too.
  func disposesShared() -> Bool {
    let entry = monitor.locked { () -> Entry? in
      guard case .empty = state, let grave, grave.isDraining, grave.users > 0 else { return nil }
      while grave.users > 0 { monitor.wait() }
      return grave
    }
    guard let entry else { return false }
    try? disposeProbe(entry.probe)
    return true
  }
}
