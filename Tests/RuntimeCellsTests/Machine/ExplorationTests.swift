import Testing

@testable import RuntimeCells

/// Explores every interleaving of a few actors, as loom does for tokio, on the machine and a model of its surroundings.
@Suite struct ExplorationTests {
  struct Plan: CustomTestStringConvertible, Sendable {
    var actors: Int
    var operations: Int
    var alphabet: [MachineWorld.Operation]
    var rules = CellStateMachine.Rules()
    var testDescription: String {
      "\(actors) actors, \(operations) operations each, of \(alphabet.map { "\($0)" })"
    }
  }

  static let plans = [
    Plan(actors: 2, operations: 2, alphabet: [.acquire, .close]),
    Plan(actors: 3, operations: 1, alphabet: [.acquire, .seed, .close, .shutDown]),
    Plan(actors: 2, operations: 2, alphabet: [.acquire, .forceClose]),
    Plan(actors: 2, operations: 2, alphabet: [.acquire, .swap]),
    Plan(actors: 3, operations: 1, alphabet: [.acquire, .swap, .close, .forceClose]),
    Plan(actors: 2, operations: 2, alphabet: [.acquire, .swapPreserving, .swapProbation, .rollBack]),
    Plan(
      actors: 2, operations: 3, alphabet: [.acquire, .reset],
      rules: .init(failurePolicy: .cacheError, cancelWhenAbandoned: true)),
    Plan(actors: 2, operations: 1, alphabet: MachineWorld.Operation.allCases),
  ]

  @Test(arguments: plans) func `no interleaving breaks a promise`(plan: Plan) {
    var explorer = Explorer(alphabet: plan.alphabet)
    explorer.explore(MachineWorld(actors: plan.actors, operations: plan.operations, rules: plan.rules))
    #expect(explorer.failures.isEmpty, "\(explorer.failures.prefix(3))")
    #expect((100..<Explorer.limit).contains(explorer.seen.count))
    print("explored \(explorer.seen.count) states, \(explorer.moves) moves: \(plan.testDescription)")
  }
}

/// Visits all worlds that can be reached, once each.
struct Explorer {
  /// A plan that reaches this many worlds is too large for a test: memory is finite.
  static let limit = 60_000
  let alphabet: [MachineWorld.Operation]
  var seen: Set<MachineWorld> = []
  var moves = 0
  var failures: [String] = []

  mutating func explore(_ start: MachineWorld) {
    seen = [start]
    var open: [(world: MachineWorld, path: [MachineWorld.Move])] = [(start, [])]
    while let (world, path) = open.popLast(), failures.count < 3, seen.count < Explorer.limit {
      for move in world.ownMoves + world.choices(alphabet) {
        moves += 1
        var next = world
        next.make(move)
        if !next.broken.isEmpty { failures.append("\(next.broken) after \(path + [move])") }
        if seen.insert(next).inserted { open.append((next, path + [move])) }
      }
    }
  }
}
