import CellConformance
import CellConformanceTesting
import Testing

/// The product's preloader and its problem documents, by the kit's rules: families 6 and 8 grade them here, not the kit's own
/// stand-ins.
@Suite(.serialized) struct ProductConformance {
  static let kit = CellConformanceKit(ProductBackend())

  @Test(arguments: FoundationSuite.cases(of: kit)) func foundation(_ rule: RuleCase) async throws {
    try await Self.kit.check(rule)
  }

  @Test(arguments: PreloadSuite.cases(of: kit)) func preload(_ rule: RuleCase) async throws {
    try await Self.kit.check(rule)
  }

  @Test(arguments: ProblemDetailsShapeSuite.cases(of: kit)) func problems(_ rule: RuleCase) async throws {
    try await Self.kit.check(rule)
  }
}
