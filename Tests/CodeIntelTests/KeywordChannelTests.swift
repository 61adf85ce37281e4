import CellContract
import CodeIntel
import EngineTesting
import Foundation
import Indexing
import ProblemDetails
import Retrieval
import Testing

/// The keyword index as a part of a generation: compared with the chunks, refused when damaged or not there.
@Suite struct KeywordChannelTests {
  private let tree: TemporaryTree
  private var generation: URL { URL(filePath: tree.index).appending(path: "generations/1") }

  init() async throws {
    tree = try TemporaryTree()
    _ = try await index()
  }

  private func context() throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    return try ApplicationContext(
      settings: Settings(environment: [:], indexPath: tree.index, computeThreads: 1), factories: factories)
  }

  private func index() async throws -> IndexReport {
    let context = try context()
    let report = try await context.index(
      roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await context.shutdown()
    return report
  }

  private func problem() async throws -> ProblemDetails? {
    let context = try context()
    var problem: ProblemDetails?
    do { _ = try await context.search(SearchRequest(query: "water")) } catch { problem = ProblemReport(error).problem }
    try await context.shutdown()
    return problem
  }

  /// Changes the manifest's artifacts as an older program or another hand would have left them.
  private func rewriteArtifacts(_ change: (inout [[String: Any]]) -> Void) throws {
    let file = generation.appending(path: "manifest.json")
    var manifest = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    var artifacts = try #require(manifest["artifacts"] as? [[String: Any]])
    change(&artifacts)
    manifest["artifacts"] = artifacts
    try JSONSerialization.data(withJSONObject: manifest).write(to: file)
  }

  @Test func `the index is in the manifest, compared with the chunks, and in the table of cells`() async throws {
    let context = try context()
    let report = try await context.validateRuntimeCompatibility()
    let check = try #require(report.checks.first { $0.name == "bm25-rows" })
    #expect(check.outcome == .passed)
    #expect(check.actual.hasSuffix("rows (bm25)"))
    #expect(!report.checks.contains { $0.name == "bm25-model" || $0.name == "bm25-dimension" })
    #expect(report.limits.isEmpty)
    _ = try await context.search(SearchRequest(query: "water", channels: ["bm25"]))
    #expect(context.cellTable().first { $0.name == "bm25" }?.initState == .ready)
    try await context.shutdown()
  }

  @Test func `an index of an older program is refused with what to do, and indexing again keeps its vectors`()
    async throws
  {
    try FileManager.default.removeItem(at: generation.appending(path: "bm25.index"))
    try rewriteArtifacts { artifacts in
      artifacts.removeAll { $0["channel"] as? String == "bm25" }
      let chunks = artifacts.firstIndex { $0["channel"] as? String == "chunks" } ?? 0
      artifacts[chunks]["fingerprint"] = "chunks-1/schema-v1"
    }
    let problem = try #require(try await problem())
    #expect(problem.extensions["code"] == "retrieval.index-version")
    #expect(problem.detail?.contains("run 'codeintel index' again") == true)
    let report = try await index()
    #expect(!report.reused)
    #expect(report.generation == 2)
    let made = try #require(try GenerationStore(root: tree.index).current())
    let dense = try #require(made.manifest.artifact("faiss"))
    #expect(dense.settings["reused"] == dense.settings["rows"])
    #expect(try await self.problem() == nil)
  }

  @Test func `a damaged index fails the generation, as a damaged dense one does`() async throws {
    let file = generation.appending(path: "bm25.index")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 3] ^= 0xFF
    try bytes.write(to: file)
    #expect(try await problem()?.extensions["code"] == "retrieval.index-corrupt")
    try bytes.dropLast(5).write(to: file)
    #expect(try await problem()?.extensions["code"] == "indexing.file-size")
    try FileManager.default.removeItem(at: file)
    #expect(try await problem()?.extensions["code"] == "indexing.file-missing")
    #expect(try await !index().reused)
    #expect(try await problem() == nil)
  }

  @Test func `an index of other chunks is refused with both numbers`() async throws {
    let file = generation.appending(path: "bm25.index")
    try BM25IndexBuilder().save(to: file.path)
    let bytes = try Data(contentsOf: file).count
    try rewriteArtifacts { artifacts in
      guard let place = artifacts.firstIndex(where: { $0["channel"] as? String == "bm25" }),
        var files = artifacts[place]["files"] as? [[String: Any]]
      else { return }
      files[0]["bytes"] = bytes
      artifacts[place]["files"] = files
    }
    let problem = try #require(try await problem())
    #expect(problem.extensions["code"] == "retrieval.row-count-mismatch")
    #expect(problem.extensions["actual"] == "0 rows (bm25)")
  }
}
