import CellConformanceTesting
import CellConformanceZoo
import Testing

/// The blocking backend of one mutex and one condition, through the kit as an adopter would.
@Suite(.serialized) struct LockCellConformance {
  static let kit = CellConformanceKit(LockBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}
