import CellContract
import Embedding
import EngineTesting
import Indexing
import Lifespan
import Retrieval
import RuntimeCells
import Testing

@testable import CodeIntel

/// What each cell says of itself when it works, but not at its best (seed features S33 and S34).
@Suite struct CellLimitsTests {
  private static let accelerator = AcceleratorProbe.limits(isSkipped: false)

  private static func context(
    _ tree: TemporaryTree, skipsProbe: Bool = false, _ embedder: @escaping @Sendable () async throws -> any Embedder
  ) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in try await embedder() }
    let settings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "1", "SKIP_GPU_WARMUP": skipsProbe ? "1" : "0",
      ]
    ).settings
    return try ApplicationContext(settings: settings, factories: factories)
  }

  private static func index(_ context: ApplicationContext, _ tree: TemporaryTree) async throws {
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
  }

  private static func row(_ name: String, of context: ApplicationContext) throws -> CellStatus {
    try #require(context.cellTable().map { CellStatus($0) }.first { $0.name == name })
  }

  @Test(arguments: [false, true])
  func `the dense index says what it computes on, and the set what its cells say`(skipsProbe: Bool) async throws {
    let tree = try TemporaryTree()
    let context = try Self.context(tree, skipsProbe: skipsProbe) { HashingEmbedder() }
    try await Self.index(context, tree)
    #expect(try Self.row("faiss", of: context).limits.isEmpty)
    _ = try await context.search(SearchRequest(query: "water"))
    let expected = AcceleratorProbe.limits(isSkipped: skipsProbe)
    let faiss = try Self.row("faiss", of: context)
    #expect(faiss.limits == expected)
    #expect(faiss.check == .degraded)
    let rows = try await context.hybrid.withValue { $0.generation.manifest.chunks }
    #expect(faiss.estimatedBytes == UInt64(rows * 64 * 4))
    #expect(try Self.row("hybrid", of: context).limits == expected.map { "faiss: \($0)" })
    #expect(try Self.row("chunks", of: context).check == .ok)
    #expect(try Self.row("vllm", of: context).check == .ok)
    try await context.shutdown()
  }

  @Test func `what could not be compared when a generation was opened stays with it`() async throws {
    let tree = try TemporaryTree()
    let writer = try Self.context(tree) { HashingEmbedder() }
    try await Self.index(writer, tree)
    try await writer.shutdown()
    let context = try Self.context(tree) { throw EmbeddingError(.missingFile, "no weights here") }
    _ = try await context.search(SearchRequest(query: "water"))
    let hybrid = try Self.row("hybrid", of: context)
    #expect(hybrid.check == .degraded)
    #expect(hybrid.limits.contains { $0.hasPrefix("when it was opened: vllm: ") && $0.contains("no weights here") })
    try await context.shutdown()
  }

  @Test func `faiss-open tells memory and accelerator`() async throws {
    let tree = try TemporaryTree()
    let context = try Self.context(tree) { HashingEmbedder() }
    try await Self.index(context, tree)
    let check = try await context.checkDenseIndex()
    #expect(check.limits == Self.accelerator)
    #expect(check.detail.contains("MiB (0.0 MiB estimated) of memory"))
    try await context.shutdown()
  }

  @Test func `a server that is left alone is a limit of its cell until it answers again`() async throws {
    let tree = try TemporaryTree()
    let server = ScriptedEmbeddingServer()
    let context = try Self.context(tree) { try EmbeddingService(try await server.client()) }
    try await Self.index(context, tree)
    _ = try await context.search(SearchRequest(query: "water"))
    #expect(try Self.row("vllm", of: context).check == .ok)
    server.become(.failing)
    let response = try await context.search(SearchRequest(query: "plants"))
    #expect(!response.hits.isEmpty && response.limits.contains { $0.hasPrefix("faiss could not answer") })
    let alone = try Self.row("vllm", of: context)
    #expect(alone.check == .degraded)
    #expect(alone.limits.contains { $0.contains("left alone") })
    server.become(.well)
    #expect(try await context.search(SearchRequest(query: "soup")).limits.isEmpty)
    #expect(try Self.row("vllm", of: context).check == .ok)
    try await context.shutdown()
  }

  @Test func `preloading a server's cell asks whether it is well and embeds nothing more`() async throws {
    let tree = try TemporaryTree()
    let server = ScriptedEmbeddingServer()
    let context = try Self.context(tree) { try EmbeddingService(try await server.client()) }
    let target = try #require(context.preloadTargets().first { $0.name == "vllm" })
    try await target.warm()
    // Connecting asks for the models and embeds one word, to learn the dimension.
    #expect(server.paths == ["/v1/models", "/v1/embeddings", "/health", "/v1/models"])
    server.become(.failing)
    await #expect(throws: EmbeddingError.self) { try await target.warm() }
    try await context.shutdown()
  }
}
