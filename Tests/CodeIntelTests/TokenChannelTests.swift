import CellContract
import Embedding
import EngineTesting
import Foundation
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells
import Testing

@testable import CodeIntel

/// The late-interaction channel of a real index, from building to closing; only the model is small.
@Suite struct TokenChannelTests {
  private static func context(
    _ tree: TemporaryTree, tokens: (any TokenEncoder)? = HashingTokenEncoder(), element: TokenElement = .float16
  ) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder(tokens: tokens) }
    let plain = Settings(environment: [:], indexPath: tree.index, computeThreads: 1)
    var channels = plain.channels
    channels.built = ["xtr"]
    channels.tokenElement = element
    let settings = Settings(
      indexPath: plain.indexPath, modelFolder: plain.modelFolder, computeThreads: 1, channels: channels,
      embedder: plain.embedder, preload: plain.preload, serve: plain.serve, indexWatchInterval: nil,
      skipsAcceleratorProbe: true, exportsCompatNames: false)
    return try ApplicationContext(settings: settings, factories: factories)
  }

  private static func indexed(_ tree: TemporaryTree, element: TokenElement = .float16) async throws {
    let context = try context(tree, element: element)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await context.shutdown()
  }

  @Test(arguments: TokenElement.allCases)
  func `Asked alone it finds by tokens and says which matched`(element: TokenElement) async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree, element: element)
    let context = try Self.context(tree)
    let response = try await context.search(
      SearchRequest(query: "water plants", channels: ["xtr"], matchesTokens: true))
    #expect(response.hits.first?.path == "Sources/Garden.swift")
    let part = try #require(response.hits.first?.contributions.first { $0.channel == "xtr" })
    #expect(part.state == .returned && part.rank == 1)
    let matches = try #require(part.tokenMatches)
    #expect(matches.count == HashingTokenEncoder().tokens(of: "water plants").count)
    #expect(abs(matches.reduce(0) { $0 + $1.similarity } - (part.rawScore ?? 0)) < 1e-4)
    #expect(matches.first?.queryToken == "water" && matches.first?.documentToken == "water")
    try await context.shutdown()
  }

  @Test func `Asked with others it rescores, and contributions add up`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree)
    let response = try await context.search(SearchRequest(query: "water plants", channels: ["faiss", "bm25", "xtr"]))
    #expect(response.stages.map(\.name).contains("xtr"))
    for hit in response.hits {
      #expect(abs(hit.contributions.reduce(0) { $0 + $1.contribution } - hit.score) < 1e-12)
    }
    try await context.shutdown()
  }

  @Test func `Both cells show, the opening search finds, and both are closed at the end`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree)
    let check = try await context.checkTokenIndex()
    #expect(check.limits.isEmpty && check.detail.contains("found row 0"))
    _ = try await context.search(SearchRequest(query: "water"))
    let rows = Dictionary(context.snapshot().map { ($0.name, $0.initState) }) { first, _ in first }
    #expect(rows["xtr"] == .ready && rows["xtr-runtime"] == .ready)
    try await context.shutdown()
    #expect(!context.snapshot().contains { $0.name == "xtr-runtime" && $0.initState == .ready })
  }

  @Test func `Beside keywords that find nothing it searches by itself`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree)
    let response = try await context.search(SearchRequest(query: "zyzzyva", channels: ["bm25", "xtr"]))
    #expect(response.hits.first?.contributions.first { $0.channel == "xtr" }?.state == .returned)
    #expect(response.limits.contains { $0.hasPrefix("xtr: ") && $0.contains("by itself") })
    try await context.shutdown()
  }

  @Test func `A damaged index is told by the rows of both its cells`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let file = tree.index + "/generations/1/xtr.index"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: file))
    let context = try Self.context(tree)
    let response = try await context.search(SearchRequest(query: "water", channels: ["bm25", "xtr"]))
    #expect(response.limits.contains { $0.hasPrefix("xtr could not answer") && $0.contains("damaged") })
    let rows = Dictionary(context.cellTable().map { ($0.name, $0) }) { first, _ in first }
    #expect(rows["xtr-runtime"]?.initState == .empty && rows["xtr-runtime"]?.lastError?.contains("damaged") == true)
    #expect(rows["xtr"]?.limits == ["cannot answer: xtr-runtime is empty and failed last time"])
    try await context.shutdown()
  }

  @Test func `A model without token vectors is a limit, the others answer`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree, tokens: nil)
    let response = try await context.search(SearchRequest(query: "water", channels: ["bm25", "xtr"]))
    #expect(!response.hits.isEmpty)
    #expect(response.limits.contains { $0.hasPrefix("xtr could not answer") && $0.contains("no token vectors") })
    try await context.shutdown()
  }

  @Test func `An index without token vectors is a limit for who asks for them`() async throws {
    let tree = try TemporaryTree()
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder(tokens: HashingTokenEncoder()) }
    let settings = Settings(environment: [:], indexPath: tree.index, computeThreads: 1)
    let context = try ApplicationContext(settings: settings, factories: factories)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    let response = try await context.search(SearchRequest(query: "water", channels: ["bm25", "xtr"]))
    #expect(response.limits.contains { $0.hasPrefix("xtr: ") })
    let check = try await context.checkTokenIndex()
    #expect(check.detail == "disabled" && check.limits.count == 1)
    try await context.shutdown()
  }

  @Test func `Where the embedder is a server, token vectors come from a model of this process`() async throws {
    let tree = try TemporaryTree()
    let server = ScriptedEmbeddingServer()
    var factories = ContextFactories.live
    factories.embedder = { _ in try await server.client() }
    factories.tokenEmbedder = { _ in HashingEmbedder(tokens: HashingTokenEncoder()) }
    let settings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "1", "CODEINTEL_INDEX_CHANNELS": "xtr",
        "CODEINTEL_EMBEDDER_TRANSPORT": "http", "CODEINTEL_EMBEDDER_URL": "http://server.test",
      ]
    ).settings
    let context = try ApplicationContext(settings: settings, factories: factories)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    let response = try await context.search(SearchRequest(query: "water plants", channels: ["xtr"]))
    #expect(response.hits.first?.path == "Sources/Garden.swift")
    #expect(response.limits.isEmpty)
    #expect(context.cellTable().first { $0.name == "xtr-encoder" }?.initState == .ready)
    // What the manifest says of the vectors is what it says without a server.
    let model = try await context.hybrid.withValue { $0.generation.manifest.artifact("xtr")?.model?.id }
    #expect(model == HashingTokenEncoder().modelID)
    try await context.shutdown()
    let near = try Self.context(tree)
    #expect(!near.snapshot().contains { $0.name == "xtr-encoder" })
    try await near.shutdown()
  }

  @Test func `Token vectors of another model are refused by name`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree, tokens: HashingTokenEncoder(modelID: "other/tokens"))
    let error = await #expect(throws: CellError.self) { try await context.search(SearchRequest(query: "water")) }
    let problem = ProblemReport(try #require(error)).problem
    #expect(problem.extensions["code"]?.stringValue == "retrieval.model-mismatch")
    #expect(problem.detail?.contains("hashing/tokens") == true && problem.detail?.contains("other/tokens") == true)
    try await context.shutdown()
  }
}
