import CellConformanceTesting
import CellConformanceZoo
import Testing

/// The suspending backend over an actor, through the kit as an adopter would.
@Suite(.serialized) struct ActorCellConformance {
  static let kit = CellConformanceKit(ActorBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}
