import CellConformanceTesting
import CellConformanceZoo
import Testing

/// The blocking backend of one atomic word, through the kit as an adopter would.
@Suite(.serialized) struct AtomicsCellConformance {
  static let kit = CellConformanceKit(AtomicsBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}

/// The suspending backend of task handles, by two of the named suites.
@Suite(.serialized) struct TaskHandleCellConformance {
  static let kit = CellConformanceKit(TaskHandleBackend())

  @Test(arguments: ContentionHammerSuite.cases(of: kit)) func contention(_ rule: RuleCase) async throws {
    try await Self.kit.check(rule)
  }

  @Test(arguments: DisposerSuite.cases(of: kit)) func disposal(_ rule: RuleCase) async throws {
    try await Self.kit.check(rule)
  }
}
