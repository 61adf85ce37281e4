import CellConformanceReference
import CellConformanceTesting
import Testing

/// The reference cell through the kit: one file, as any adopter would write it.
@Suite(.serialized) struct ReferenceCellConformance {
  static let kit = CellConformanceKit(RuntimeCellBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}

/// The blocking face of the reference cell, from the kit's own threads.
@Suite(.serialized) struct BlockingReferenceCellConformance {
  static let kit = CellConformanceKit(BlockingRuntimeCellBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}
