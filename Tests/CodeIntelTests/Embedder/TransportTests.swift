import CodeIntel
import Embedding
import Foundation
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells
import Testing
import VLLMTransport

/// The engine on either transport. The server is the one that scripts/vllm starts.
@Suite struct TransportTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let url = environment["CODEINTEL_TEST_VLLM_URL"].flatMap { $0.isEmpty ? nil : $0 }
  private static let hasModel = FileManager.default.fileExists(
    atPath: Settings(environment: environment).modelFolder + "/model.safetensors")

  private func context(_ tree: TemporaryTree, _ transport: EmbedderSettings.Transport) throws -> ApplicationContext {
    try ApplicationContext(
      settings: Settings(environment: Self.environment, indexPath: tree.index, computeThreads: 2),
      factories: .live(embedder: EmbedderSettings(transport: transport)))
  }

  @Test(
    .enabled(if: url != nil, "no embedding server is named: scripts/vllm run swift test --filter TransportTests"),
    .enabled(if: hasModel, "the model is missing: run scripts/model"))
  func `an index built on one transport is searched on the other with the same result`() async throws {
    let tree = try TemporaryTree()
    var server = VLLMConfiguration(url: Self.url ?? "")
    server.model = "all-MiniLM-L6-v2"
    let near = try context(tree, .inProcess)
    _ = try await near.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    let far = try context(tree, .http(server))
    for query in ["water the plants", "how is soup made", "words"] {
      let left = try await near.search(SearchRequest(query: query))
      let right = try await far.search(SearchRequest(query: query))
      #expect(left.hits.map(\.id) == right.hits.map(\.id))
      #expect(right.limits.isEmpty)
      for (a, b) in zip(left.hits, right.hits) { #expect(abs(a.score - b.score) < 1e-9) }
    }
    #expect(try await far.probeEmbedder().ok)
    #expect(try await far.checkEmbedderConnection()?.models == ["all-MiniLM-L6-v2"])
    #expect(try await near.checkEmbedderConnection() == nil)
    try await near.shutdown()
    try await far.shutdown()
  }

  @Test(.enabled(if: hasModel, "the model is missing: run scripts/model"))
  func `a probe in this process embeds one word and keeps to its budget`() async throws {
    let tree = try TemporaryTree()
    let context = try context(tree, .inProcess)
    let report = try await context.probeEmbedder()
    #expect(report.ok, "\(report.detail)")
    let late = try await context.probeEmbedder(budget: .nanoseconds(1))
    #expect((late.error as? EmbeddingError)?.code == .budgetExceeded)
    #expect(ProblemReport(late.error ?? CancellationError()).problem.status == 504)
    try await context.shutdown()
  }

  @Test func `a probe of a server that is not there says so, and search goes on by keywords`() async throws {
    let tree = try TemporaryTree()
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let settings = Settings(environment: [:], indexPath: tree.index, computeThreads: 2)
    let writer = try ApplicationContext(settings: settings, factories: factories)
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await writer.shutdown()

    // Port 1 is the multiplexer of RFC 1078, which nobody runs.
    var server = VLLMConfiguration(url: "http://127.0.0.1:1")
    server.maxAttempts = 1
    let context = try context(tree, .http(server))
    let report = try await context.probeEmbedder()
    #expect(!report.ok)
    #expect((report.error as? EmbeddingError)?.code == .serverUnreachable)
    #expect(ProblemReport(report.error ?? CancellationError()).exitCode == 69)
    let response = try await context.search(SearchRequest(query: "water the plants"))
    #expect(!response.hits.isEmpty)
    #expect(response.limits.contains { $0.contains("embedding server") })
    try await context.shutdown()
  }
}
