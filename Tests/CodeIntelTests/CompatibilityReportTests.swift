import CellContract
import CodeIntel
import EngineTesting
import Indexing
import Retrieval
import RuntimeCells
import Testing

/// `validate_runtime_compatibility`: every check, with what was expected and what was found (seed feature S35).
@Suite struct CompatibilityReportTests {
  private func report(
    index: HashingEmbedder = HashingEmbedder(), search: HashingEmbedder? = HashingEmbedder()
  ) async throws -> CompatibilityReport {
    struct NoModel: Error {}
    let tree = try TemporaryTree()
    let settings = Settings(environment: [:], indexPath: tree.index, computeThreads: 1)
    var factories = ContextFactories.live
    factories.embedder = { _ in index }
    let writer = try ApplicationContext(settings: settings, factories: factories)
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await writer.shutdown()
    factories.embedder = { _ in
      guard let search else { throw NoModel() }
      return search
    }
    let context = try ApplicationContext(settings: settings, factories: factories)
    let report = try await context.validateRuntimeCompatibility()
    #expect(context.hybrid.snapshot().built == 0, "a look at the index must not open the served one")
    try await context.shutdown()
    return report
  }

  private func outcomes(_ report: CompatibilityReport) -> [String: CompatibilityReport.Outcome] {
    Dictionary(uniqueKeysWithValues: report.checks.map { ($0.name, $0.outcome) })
  }

  @Test func `an index and its own model fit`() async throws {
    let report = try await report()
    #expect(report.isCompatible)
    #expect(report.generation == 1)
    let outcomes = outcomes(report)
    for name in [
      "same-rows", "dense-dimension", "dense-model", "bm25-rows", "rrf-constant", "channel-weights", "fusion-window",
    ] {
      #expect(outcomes[name] == .passed, "\(name)")
    }
  }

  @Test func `every mismatch is told with both values, not the first one only`() async throws {
    let report = try await report(search: HashingEmbedder(modelID: "other", dimension: 32))
    #expect(!report.isCompatible)
    let failed = report.checks.filter { $0.outcome == .failed }
    #expect(failed.map(\.name) == ["dense-dimension", "dense-model"])
    #expect(failed.map(\.expected) == ["64 (index)", "hashing"])
    #expect(failed.map(\.actual) == ["32 (model)", "other"])
  }

  @Test func `a model that cannot be loaded is a limit, no mismatch`() async throws {
    let report = try await report(search: nil)
    #expect(report.isCompatible)
    #expect(outcomes(report)["dense-dimension"] == .skipped)
    #expect(report.limits.contains { $0.hasPrefix("vllm:") })
  }
}
