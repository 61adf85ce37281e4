import CellConformance
import CellContract

extension LockCell {
  func swap(_ factory: ProbeFactory, probation: Duration) throws -> Probe { try swap(factory, keeping: probation) }

  /// Keeps the replaced payload for a while. Only inside the monitor.
  func keep(_ old: Entry, for probation: Duration) {
    kept = old
    guard defect != .probationNeverEnds else { return }
    let turn = old.generation
    keptAlarm = world.clock.alarm(after: probation) { [weak self] in
      guard let self else { return }
      let ended = monitor.locked { kept?.generation == turn ? takeKept() : nil }
      letGo(ended)
    }
  }

  /// Ends the probation, if there is one, and gives what was kept. Only inside the monitor.
  func takeKept() -> Entry? {
    defer { kept = nil }
    keptAlarm?.cancel()
    keptAlarm = nil
    return kept
  }

  /// Disposes a payload that nobody can reach any more, now or when its last user leaves.
  func letGo(_ entry: Entry?) {
    guard let entry else { return }
    let isUnused = monitor.locked { () -> Bool in
      entry.isRetired = true
      entry.isOrphaned = entry.users > 0
      if entry.isOrphaned { drains(entry) }
      return entry.users == 0
    }
    guard isUnused else { return }
    try? disposeProbe(entry.probe)
    disposed(entry)
  }

  func rollBack() throws {
    let isLetThrough =
      defect == .rollBackUnguarded
      || (defect == .rollBackGuardAnyValue && world.environment(SwapGuard.variable) != nil)
    if !isLetThrough { try checkSwapGuard() }
    let replaced = try monitor.locked { () -> Entry in
      guard case .ready(let current) = state, let old = takeKept() else {
        throw error(.swapFailed, "\"\(name)\" keeps no earlier payload")
      }
      generation += 1
      tell(
        .rolledBack(.init(from: .init(current.generation), to: .init(generation), restores: .init(old.generation))))
      if defect != .rollBackReusesGeneration { old.generation = generation }
      old.isRetired = false
      state = .ready(old)
      return current
    }
    if defect != .rollBackLosesNew { letGo(replaced) }
  }
}
