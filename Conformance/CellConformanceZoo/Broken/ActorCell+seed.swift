import CellConformance
import CellContract

extension ActorCell {
  func seed(_ probe: Probe) async throws {
    guard SeedGuard.isOpen(world.environment(SeedGuard.variable)) || defect == .seedUnguarded else {
      throw error(.seedNotAllowed, "seeding \"\(name)\" is not allowed here: set \(SeedGuard.variable)=1 in a test")
    }
    let number = generation + 1
    try look()
    if defect == .racySeed { await Task.yield() }
    // Some are long enough for another seed's whole life.
    if defect == .seedNumberEarly { for _ in 0..<Int.random(in: 1...16) { await stepAside() } }
    if defect != .racySeed { try look() }
    generation = defect == .seedNumberEarly ? number : generation + 1
    built += 1
    let entry = Entry(probe, generation: generation)
    store(entry)
    if defect == .seedStoredAgain { Task.detached { await self.store(entry) } }
  }

  private func store(_ entry: Entry) {
    state = .ready(entry)
    last = entry
  }

  /// Whether the cell takes a seed.
  private func look() throws {
    if isShutDown { throw shutDownError }
    switch state {
    case .building where defect != .seedDuringInit:
      throw error(.initializing, "\"\(name)\" is being initialised: wait for it or close it first")
    case .ready where defect != .seedOverwrites:
      throw error(.alreadyInitialized, "\"\(name)\" holds a payload: close it first")
    default: break
    }
  }
}
