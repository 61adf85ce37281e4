import CodeIntel
import Embedding
import EngineTesting
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
  private static let modelFolder = Settings(environment: environment).modelFolder
  private static let hasModel = FileManager.default.fileExists(atPath: modelFolder + "/model.safetensors")

  private func context(_ tree: TemporaryTree, url: String? = nil) throws -> ApplicationContext {
    var flags: [String: SettingsValue] = ["index.path": .text(tree.index), "model.dir": .text(Self.modelFolder)]
    if let url {
      flags["embedder.url"] = .text(url)
      flags["embedder.model"] = .text("all-MiniLM-L6-v2")
      if let file = Self.environment["CODEINTEL_EMBEDDER_API_KEY_FILE"], !file.isEmpty {
        flags["embedder.api_key_file"] = .text(file)
      }
    }
    return try ApplicationContext(settings: Settings.load(flags: flags, environment: [:]).settings)
  }

  @Test(
    .enabled(if: url != nil, "no embedding server is named: scripts/vllm run swift test --filter TransportTests"),
    .enabled(if: hasModel, "the model is missing: run scripts/model"))
  func `an index built on one transport is searched on the other with the same result`() async throws {
    let tree = try TemporaryTree()
    let near = try context(tree)
    _ = try await near.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    let far = try context(tree, url: Self.url)
    for query in ["water the plants", "how is soup made", "words"] {
      let left = try await near.search(SearchRequest(query: query))
      let right = try await far.search(SearchRequest(query: query))
      #expect(left.hits.map(\.id) == right.hits.map(\.id))
      #expect(right.limits == left.limits)
      for (a, b) in zip(left.hits, right.hits) { #expect(abs(a.score - b.score) < 1e-9) }
    }
    #expect(try await far.probeEmbedder().detail.contains("over HTTP"))
    #expect(try await far.checkEmbedderConnection()?.models == ["all-MiniLM-L6-v2"])
    #expect(try await near.checkEmbedderConnection() == nil)
    try await near.shutdown()
    try await far.shutdown()
  }

  @Test(.enabled(if: hasModel, "the model is missing: run scripts/model"))
  func `a second probe works as the first, in spite of the queue's cache`() async throws {
    let tree = try TemporaryTree()
    let context = try context(tree)
    #expect(try await context.probeEmbedder().detail.contains("in-process"))
    await #expect(throws: LatencyBudgetError.self) { try await context.probeEmbedder(budget: .nanoseconds(1)) }
    try await context.shutdown()
  }

  @Test func `a server that is not there fails the probe, and search goes on by keywords`() async throws {
    let tree = try TemporaryTree()
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let settings = Settings(environment: [:], indexPath: tree.index, computeThreads: 2)
    let writer = try ApplicationContext(settings: settings, factories: factories)
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await writer.shutdown()

    factories.embedder = { _ in
      // Port 1 is the multiplexer of RFC 1078, which nobody runs.
      var server = VLLMConfiguration(url: "http://127.0.0.1:1")
      server.maxAttempts = 1
      return try await VLLMClient.connect(server)
    }
    let context = try ApplicationContext(settings: settings, factories: factories)
    do {
      _ = try await context.probeEmbedder()
      Issue.record("a server that is not there was probed")
    } catch {
      let report = ProblemReport(error)
      #expect(report.problem.extensions["code"] == .string("embedding.server-unreachable"))
      #expect(report.exitCode == 69)
    }
    let response = try await context.search(SearchRequest(query: "water the plants"))
    #expect(!response.hits.isEmpty)
    #expect(response.limits.contains { $0.contains("embedding server") })
    try await context.shutdown()
  }
}
