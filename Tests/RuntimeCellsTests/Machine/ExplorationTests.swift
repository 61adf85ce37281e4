import Foundation
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
    #expect(explorer.seen.count > 100)
    #expect(!explorer.isCutShort)
    print("explored \(explorer.seen.count) states, \(explorer.moves) moves: \(plan.testDescription)")
  }

  static let deepPlans = [
    Plan(actors: 3, operations: 1, alphabet: MachineWorld.Operation.allCases),
    Plan(actors: 2, operations: 2, alphabet: [.acquire, .seed, .swap, .swapProbation, .rollBack, .close, .shutDown]),
    Plan(actors: 3, operations: 2, alphabet: [.acquire, .swap, .close]),
    Plan(
      actors: 3, operations: 2, alphabet: [.acquire, .close, .reset],
      rules: .init(failurePolicy: .cacheError, cancelWhenAbandoned: true)),
  ]

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["RUNTIME_CELLS_EXPLORE"] == "deep",
      "millions of states, minutes in a release build: run scripts/explore"),
    arguments: deepPlans)
  func `no deep interleaving breaks a promise`(plan: Plan) {
    var explorer = Explorer(alphabet: plan.alphabet, limit: 40_000_000)
    explorer.explore(MachineWorld(actors: plan.actors, operations: plan.operations, rules: plan.rules))
    #expect(explorer.failures.isEmpty, "\(explorer.failures.prefix(3))")
    print(
      "explored \(explorer.seen.count) states, \(explorer.moves) moves\(explorer.isCutShort ? ", CUT SHORT" : ""): "
        + plan.testDescription)
    #expect(!explorer.isCutShort)
  }
}
