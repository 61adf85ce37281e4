import CellContract
import Embedding
import EngineTesting
import Foundation
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells
import Synchronization
import Testing

@testable import CodeIntel

/// A model is compared with the served generation before it is published (seed feature S35).
@Suite struct ModelSwapTests {
  /// What the factories make next.
  private final class Models: Sendable {
    struct Next {
      var embedder = HashingEmbedder(tokens: HashingTokenEncoder())
      var sparse = OptionalChannelTests.HashingSparseEncoder()
      var made = 0
    }
    private let state = Mutex(Next())
    func set(_ change: (inout Next) -> Void) { state.withLock { change(&$0) } }
    var made: Int { state.withLock { $0.made } }
    var embedder: HashingEmbedder {
      state.withLock {
        $0.made += 1
        return $0.embedder
      }
    }
    var sparse: OptionalChannelTests.HashingSparseEncoder { state.withLock { $0.sparse } }
  }

  private let models = Models()
  private let authority = SwapAuthority()
  private var permit: SwapPermit { authority.permit(reason: "test") }

  private func context(_ tree: TemporaryTree) async throws -> ApplicationContext {
    var factories = ContextFactories.live
    let models = models
    factories.embedder = { _ in models.embedder }
    factories.spladeEncoder = { _ in models.sparse }
    let settings = try Settings.load(
      environment: [
        "HOME": tree.root.path, "CODEINTEL_INDEX": tree.index, "CODEINTEL_INDEX_CHANNELS": "splade,xtr,coderank_faiss",
        "CODEINTEL_COMPUTE_THREADS": "1",
      ]
    ).settings
    let context = try ApplicationContext(
      settings: settings, factories: factories,
      cells: CellConfiguration(environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority))
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    return context
  }

  /// The code of the error that a swap of `cell` ends with.
  private func refusal(of cell: String, _ context: ApplicationContext) async throws -> String? {
    let error = await #expect(throws: CellError.self) { try await context.reload(cell, permit: permit) }
    #expect(error?.code == .swapFailed)
    return ProblemReport(try #require(error)).problem.extensions["code"]?.stringValue
  }

  @Test func `the same model again is published, another one of the same dimension is not`() async throws {
    let tree = try TemporaryTree()
    let context = try await context(tree)
    _ = try await context.search(SearchRequest(query: "water"))
    #expect(try await context.reload("vllm", permit: permit).to.rawValue == 2)
    let made = models.made
    models.set { $0.embedder = HashingEmbedder(modelID: "other", tokens: HashingTokenEncoder()) }
    #expect(try await refusal(of: "vllm", context) == "retrieval.model-mismatch")
    #expect(models.made == made + 1, "a model that does not fit is not loaded again")
    #expect(context.embedder.generation?.rawValue == 2)
    let answer = try await context.search(SearchRequest(query: "water", channels: ["faiss"]))
    #expect(answer.limits.isEmpty && !answer.hits.isEmpty)
    try await context.shutdown()
  }

  @Test func `a model of another dimension and other token vectors are not published`() async throws {
    let tree = try TemporaryTree()
    let context = try await context(tree)
    _ = try await context.search(SearchRequest(query: "water"))
    models.set { $0.embedder = HashingEmbedder(dimension: 32, tokens: HashingTokenEncoder()) }
    #expect(try await refusal(of: "vllm", context) == "retrieval.dimension-mismatch")
    models.set { $0.embedder = HashingEmbedder(tokens: HashingTokenEncoder(modelID: "other/tokens")) }
    #expect(try await refusal(of: "vllm", context) == "retrieval.model-mismatch")
    models.set { $0.sparse = OptionalChannelTests.HashingSparseEncoder(modelID: "other") }
    #expect(try await refusal(of: "splade-encoder", context) == "retrieval.model-mismatch")
    let answer = try await context.search(SearchRequest(query: "water", channels: ["xtr", "splade", "faiss"]))
    #expect(answer.limits.isEmpty)
    try await context.shutdown()
  }

  @Test func `a swap of the model opens no generation that is not served`() async throws {
    let tree = try TemporaryTree()
    let context = try await context(tree)
    models.set { $0.embedder = HashingEmbedder(modelID: "other", tokens: HashingTokenEncoder()) }
    try await context.reload("vllm", permit: permit)
    #expect(!context.hybrid.isReady)
    await #expect(throws: CellError.self) { try await context.search(SearchRequest(query: "water")) }
    try await context.shutdown()
  }

  @Test func `another model that came into the cell by a close is a limit, never a wrong hit`() async throws {
    let tree = try TemporaryTree()
    let context = try await context(tree)
    _ = try await context.search(SearchRequest(query: "water"))
    _ = try await context.embedder.close()
    models.set { $0.embedder = HashingEmbedder(modelID: "other", tokens: HashingTokenEncoder()) }
    let answer = try await context.search(SearchRequest(query: "water", channels: ["faiss", "bm25"]))
    #expect(answer.limits.contains { $0.hasPrefix("faiss could not answer") && $0.contains("another model") })
    #expect(answer.hits.allSatisfy { hit in hit.contributions.first { $0.channel == "faiss" }?.state != .returned })
    try await context.shutdown()
  }

  @Test func `every name that readyz lists can be addressed, and others are told`() async throws {
    let tree = try TemporaryTree()
    let context = try await context(tree)
    _ = try await context.search(SearchRequest(query: "water"))
    let shown = context.cellTable().map(\.name) + context.absentChannels().map(\.name)
    #expect(shown.contains("splade-encoder") && shown.contains("xtr-runtime"))
    for name in shown + ["bm25"] {
      #expect(context.cellNames.contains(name), "\(name)")
      #expect(try await context.prewarm(name, deadline: .seconds(600)).rawValue >= 1)
    }
    #expect(try context.cell(of: "xtr-runtime").name == "hybrid")
    #expect(try context.cell(of: "splade-encoder").name == "splade-encoder")
    let second = #expect(throws: CellError.self) { try context.cell(of: "coderank-embedder") }
    #expect(second?.code == .unknownCell && second?.message.contains("coderank.model_dir") == true)
    #expect(throws: CellError(.unknownCell, cell: "x", message: "")) { try context.cell(of: "x") }
    try await context.shutdown()
  }
}
