import CodeIntel
import EngineTesting
import Indexing
import Retrieval
import Testing

/// Filters over a real index, from the tree to the hits.
@Suite struct FilteredSearchTests {
  private static let tree = [
    "Sources/Pump.swift": """
    struct Pump {
      func startWater() { openValve() }
      func openValve() {}
    }
    """,
    "Tests/PumpTests.swift": "func testStartWater() { startWater() }",
    "tools/water.py": """
    class Valve:
        def open_water(self):
            return True
    """,
    "Generated/Water.swift": "func generatedWater() {}",
  ]

  private func with(
    _ body: (@escaping @Sendable (SearchFilter) async throws -> SearchResponse) async throws -> Void
  ) async throws {
    let tree = try TemporaryTree(Self.tree)
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let context = try ApplicationContext(
      settings: Settings(environment: [:], indexPath: tree.index, computeThreads: 1), factories: factories)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await body { filter in
      try await context.search(SearchRequest(query: "start water valve", limit: 50, filter: filter))
    }
    try await context.shutdown()
  }

  @Test func `Each condition holds for every hit, and both channels still find`() async throws {
    try await with { search in
      let paths = try await search(SearchFilter(paths: ["Sources/**", "tools/"]))
      #expect(Set(paths.hits.map(\.path)) == ["Sources/Pump.swift", "tools/water.py"])
      let without = try await search(SearchFilter(excludedPaths: ["Generated", "Tests"]))
      #expect(Set(without.hits.map(\.path)) == ["Sources/Pump.swift", "tools/water.py"])
      let python = try await search(SearchFilter(languages: ["python"]))
      #expect(Set(python.hits.map(\.language)) == ["python"])
      let functions = try await search(SearchFilter(paths: ["Sources/**"], languages: ["swift"], kinds: ["function"]))
      #expect(Set(functions.hits.map(\.symbol)) == ["Pump.startWater()", "Pump.openValve()"])
      for response in [paths, without, python, functions] {
        #expect(response.limits.isEmpty)
        #expect(response.stages.first?.name == "filter")
        for channel in ["faiss", "bm25"] {
          #expect(
            response.hits.contains { $0.contributions.contains { $0.channel == channel && $0.state == .returned } })
        }
      }
    }
  }

  @Test func `A filter that nothing passes is a limit`() async throws {
    try await with { search in
      let response = try await search(SearchFilter(languages: ["rust"]))
      #expect(response.hits.isEmpty)
      #expect(response.limits == ["filter: generation 1 has no chunk that passes: language rust"])
    }
  }
}
