@testable import RuntimeCells

extension MachineWorld {
  mutating func carryOut(_ effect: Machine.Effect) {
    switch effect {
    case .start(let ticket, let leader, let swap):
      if factory != nil { note("two factories at once") }
      if leader == nil && swap == nil { note("a start without a factory") }
      factory = ticket
      factorySwaps = swap != nil
      rejecting = false
    case .cancelFactory(let ticket): if factory != ticket { note("cancelled a factory that does not run") }
    case .store(let slot, let generation):
      if content[slot] != nil { note("stored over a payload") }
      content[slot] = generation
      built += 1
    case .publish(let slot, let generation):
      if content[slot] == nil { note("published an empty slot") }
      if generation <= lastPublished { note("a generation went back") }
      if machine.isShutDown { note("published after shutdown") }
      if disposing.contains(slot) || forced.contains(slot) { note("published a payload on its way out") }
      lastPublished = generation
      visible = slot
    case .hide: visible = nil
    case .retire(let slot):
      if visible == slot { note("retired what readers see") }
      if leases(on: slot) == 0 { feed(.drained(slot)) }
    case .dispose(let slot, let generation, _):
      if leases(on: slot) != 0 { note("disposed under a lease") }
      if content[slot] == nil || disposing.contains(slot) { note("disposed twice") }
      if generation > machine.generation { note("disposed an unknown generation") }
      disposing.insert(slot)
    case .disposeInPlace(let slot, _):
      if content[slot] == nil || disposing.contains(slot) || forced.contains(slot) { note("disposed twice") }
      forced.insert(slot)
    case .discard(let slot):
      if leases(on: slot) != 0 { note("freed under a lease") }
      if forced.contains(slot) { note("freed under its disposer") }
      content[slot] = nil
    case .vacated(let slot): if content[slot] != nil { note("vacated a slot that holds a payload") }
    case .grant(let id, let slot, let generation):
      guard let index = actors.firstIndex(where: { $0.state == .waiting(id) }) else {
        return note("granted to nobody")
      }
      if content[slot] == nil || disposing.contains(slot) { note("granted a payload that is gone") }
      if generation != lastPublished { note("granted an old generation") }
      actors[index].state = .idle
      actors[index].leases.append(slot)
    case .refuse(let id, let refusal):
      guard let index = actors.firstIndex(where: { $0.state == .waiting(id) }) else {
        return note("refused nobody: \(refusal)")
      }
      actors[index].state = .idle
    case .swapped(let id, _, _, _), .swapRefused(let id, _):
      guard let index = actors.firstIndex(where: { $0.state == .swapping(id) }) else {
        return note("answered no swap")
      }
      actors[index].state = .idle
    case .closed(let id, _, _, _): endClose(id, isComplete: true)
    case .closeTimedOut(let id, _): endClose(id, isComplete: false)
    case .candidateGone: rejecting = false
    case .closeForced, .attemptEnded, .seeded, .seedRefused, .rolledBack, .rollBackRefused: break
    }
  }

  private mutating func endClose(_ id: UInt64, isComplete: Bool) {
    for (index, actor) in actors.enumerated() {
      guard case .closing(id, let generation, let attempt) = actor.state else { continue }
      actors[index].state = .idle
      guard isComplete else { return }
      for slot in content.indices where machine.slots[slot].isLive && (content[slot] ?? .max) <= generation {
        note("a close returned while generation \(content[slot] ?? 0) lived")
      }
      if let factory, factory <= attempt { note("a close returned while its factory ran") }
      return
    }
    note("ended no close")
  }

  /// What must hold after every move.
  mutating func checkAlways() {
    if built != Int(machine.built) || disposed != Int(machine.disposed) { note("the ledger is wrong") }
    if built != disposed + machine.live { note("built \(built) != disposed \(disposed) + live \(machine.live)") }
    if machine.live > 2 { note("more than two payloads") }
    if machine.current != visible { note("readers see something else than the machine") }
    if let current = machine.current, case .live = machine.slots[current] {
    } else if machine.current != nil {
      note("the current slot is not live")
    }
    if machine.isShutDown, machine.current != nil { note("a payload serves after shutdown") }
    if let flight = machine.flight, flight.isStarted, factory != flight.ticket { note("a flight without a factory") }
    if machine.flight == nil, factory != nil { note("a factory without a flight") }
    // When nothing more will happen by itself, nobody may be waiting.
    if ownMoves.isEmpty, let stuck = actors.first(where: { $0.state != .idle }) { note("stranded: \(stuck.state)") }
  }
}
