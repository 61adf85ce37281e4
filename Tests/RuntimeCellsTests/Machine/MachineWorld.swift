@testable import RuntimeCells

/// A machine together with a model of everything around it: factories, disposers, leases and a few actors. It carries out
/// effects like the real core and notes each broken promise.
struct MachineWorld: Hashable {
  typealias Machine = CellStateMachine

  /// What an actor may do next.
  enum Operation: Hashable, CaseIterable {
    case acquire, acquireBare, seed, swap, swapPreserving, swapProbation, rollBack, close, forceClose, shutDown, reset
  }

  struct Actor: Hashable {
    enum State: Hashable {
      case idle
      case waiting(UInt64)
      case swapping(UInt64)
      case closing(UInt64, generation: UInt64, attempt: UInt64)
    }
    var state = State.idle
    var leases: [Int] = []
    var operationsLeft: Int
  }

  enum Move: Hashable {
    case act(Int, Operation)
    case release(Int)
    case leave(Int, Machine.Leaving)
    case factoryReturns, factoryThrows, candidateIsRejected, factoryIsNotAdmitted, initDeadline
    case disposerReturns(Int), disposerThrows(Int)
    case probationEnds
  }

  var machine: Machine
  var actors: [Actor]
  /// The ticket of the factory that runs.
  var factory: UInt64?
  var factorySwaps = false
  /// The factory waits for a rejected payload to go.
  var rejecting = false
  /// Bounds the space: a swap may reject payloads for ever.
  var rejectionsLeft = 1
  /// The generation of the payload in each slot.
  var content: [UInt64?] = [nil, nil]
  var disposing: Set<Int> = []
  var forced: Set<Int> = []
  var visible: Int?
  var lastPublished: UInt64 = 0
  var built = 0
  var disposed = 0
  var broken: [String] = []

  init(actors: Int, operations: Int, rules: Machine.Rules = .init()) {
    machine = Machine(rules: rules)
    self.actors = Array(repeating: Actor(operationsLeft: operations), count: actors)
  }

  func leases(on slot: Int) -> Int { actors.reduce(0) { $0 + $1.leases.count { $0 == slot } } }

  /// Moves of the world around the actors: they come about by themselves.
  var ownMoves: [Move] {
    var moves: [Move] = []
    if factory != nil, !rejecting {
      moves += [.factoryReturns, .factoryThrows]
      if factorySwaps, rejectionsLeft > 0 { moves.append(.candidateIsRejected) }
    }
    for slot in disposing.union(forced).sorted() { moves += [.disposerReturns(slot), .disposerThrows(slot)] }
    if machine.hasProbation { moves.append(.probationEnds) }
    // Whatever the actor waits for: its lease may be in the hands of another task.
    for (index, actor) in actors.enumerated() where !actor.leases.isEmpty { moves.append(.release(index)) }
    return moves
  }

  /// Moves that actors and clocks may choose to make.
  func choices(_ operations: [Operation]) -> [Move] {
    var moves: [Move] = []
    for (index, actor) in actors.enumerated() {
      if actor.state == .idle {
        if actor.operationsLeft > 0 { moves += operations.map { .act(index, $0) } }
      } else {
        moves.append(.leave(index, .deadline))
        if case .closing = actor.state { continue }
        moves.append(.leave(index, .cancelled))
      }
    }
    if factory != nil, !rejecting { moves += [.initDeadline, .factoryIsNotAdmitted] }
    return moves
  }

  mutating func make(_ move: Move) {
    switch move {
    case .act(let index, let operation): act(index, operation)
    case .release(let index):
      let slot = actors[index].leases.removeLast()
      if leases(on: slot) == 0, isDraining(slot) { feed(.drained(slot)) }
    case .leave(let index, let why):
      switch actors[index].state {
      case .idle: break
      case .waiting(let id): feed(.leave(id, why))
      case .swapping(let id): feed(.leaveSwap(id, why))
      case .closing(let id, _, _): feed(.closeDeadline(id))
      }
    case .factoryReturns: endFactory { .built($0) }
    case .factoryThrows: endFactory { .failed($0, isRetryable: true, jitter: 0) }
    case .factoryIsNotAdmitted: endFactory { .notAdmitted($0) }
    case .candidateIsRejected:
      guard let factory else { return }
      rejecting = true
      rejectionsLeft -= 1
      feed(.rejected(factory))
    case .initDeadline: if let factory { feed(.initDeadline(factory, jitter: 0)) }
    case .disposerReturns(let slot): endDisposer(slot, failed: false)
    case .disposerThrows(let slot): endDisposer(slot, failed: true)
    case .probationEnds:
      for case .probation(let generation) in machine.slots { feed(.probationEnds(generation)) }
    }
    checkAlways()
  }

  private mutating func act(_ index: Int, _ operation: Operation) {
    // Made of the actor's progress, so that equal situations are equal worlds.
    let id = UInt64(index * 10 + actors[index].operationsLeft)
    actors[index].operationsLeft -= 1
    switch operation {
    case .acquire, .acquireBare:
      actors[index].state = .waiting(id)
      feed(.acquire(id, hasFactory: operation == .acquire))
    case .seed: feed(.seed)
    case .swap, .swapPreserving, .swapProbation:
      actors[index].state = .swapping(id)
      feed(.swap(id, resourcePreserving: operation == .swapPreserving, keepsOld: operation == .swapProbation))
    case .rollBack: feed(.rollBack(machine.current.flatMap { machine.slots[$0].generation } ?? 0))
    case .close, .forceClose, .shutDown:
      actors[index].state = .closing(id, generation: machine.generation, attempt: machine.attempts)
      feed(.close(id, isFinal: operation == .shutDown, force: operation == .forceClose))
    case .reset: feed(.reset)
    }
  }

  private mutating func endFactory(_ event: (UInt64) -> Machine.Event) {
    guard let ticket = factory else { return }
    factory = nil
    feed(event(ticket))
  }

  private mutating func endDisposer(_ slot: Int, failed: Bool) {
    if disposing.remove(slot) != nil {
      content[slot] = nil
    } else {
      forced.remove(slot)
    }
    disposed += 1
    feed(.disposed(slot, failed: failed))
  }

  private func isDraining(_ slot: Int) -> Bool {
    switch machine.slots[slot] {
    case .draining, .forced(_, _, isDrained: false): true
    default: false
    }
  }

  mutating func feed(_ event: Machine.Event) {
    for effect in machine.handle(event) { carryOut(effect) }
  }

  mutating func note(_ text: String) { broken.append(text) }
}
