import CellConformance
import CellContract

extension LockCell {
  func seed(_ probe: Probe) throws {
    let value = world.environment(SeedGuard.variable)
    let isOpen: Bool =
      switch defect {
      case .seedUnguarded: true
      case .guardOnlyOne: value == "1"
      case .guardAnyValue: value != nil
      case .guardInverted: !SeedGuard.isOpen(value)
      case .guardTakesSwap: SeedGuard.isOpen(value) || SeedGuard.isOpen(world.environment(SwapGuard.variable))
      case .guardAtCreation: guardAtCreation
      default: SeedGuard.isOpen(value)
      }
    guard isOpen else {
      if defect == .refusalDisposes { try? probe.close() }
      if defect == .refusalStores { store(probe) }
      let remedy = defect == .guardSilent ? "ask the administrator" : "set \(SeedGuard.variable)=1 in a test"
      throw CellError(.seedNotAllowed, cell: name, message: "seeding \"\(name)\" is not allowed here: \(remedy)")
    }
    let number = defect == .seedNumberEarly ? monitor.locked { generation + 1 } : 0
    try monitor.locked { try look() }
    if defect == .racySeed { KitThread.yield() }
    if defect == .seedNumberEarly { for _ in 0..<4 { KitThread.yield() } }
    try monitor.locked {
      if defect != .racySeed { try look() }
      put(probe)
      if defect == .seedNumberEarly { renumber(number) }
    }
    if defect == .seedStoredAgain { storeAgain() }
  }

  /// Whether the cell takes a seed. Only inside the monitor.
  private func look() throws {
    if isShutDown, defect != .seedsAfterShutdown, let refusal = refusal() { throw refusal }
    if defect == .seedsOnce, wasSeeded { throw error(.alreadyInitialized, "was seeded before") }
    switch state {
    case .ready where defect != .seedOverwrites:
      throw error(.alreadyInitialized, "\"\(name)\" holds a payload: close it first")
    case .building where defect != .seedDuringInit:
      throw error(.initializing, "\"\(name)\" is being initialised: wait for it or close it first")
    default: break
    }
  }

  private func store(_ probe: Probe) { monitor.locked { put(probe) } }

  /// Only inside the monitor.
  private func put(_ probe: Probe) {
    generation += 1
    built += 1
    wasSeeded = true
    forgetFailures()
    state = .ready(Entry(probe, generation: generation, wasSeeded: true))
    tell(
      .seeded(
        .init(
          generation: CellGeneration(generation), source: .environment,
          stack: defect == .seedWithoutPlace ? "" : "\(#fileID):\(#line)")))
    monitor.broadcast()
  }
}
