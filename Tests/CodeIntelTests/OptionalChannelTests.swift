import CellContract
import CodeIntel
import Embedding
import EngineTesting
import Foundation
import Indexing
import Retrieval
import Testing

/// Channels that an index may have or lack: built when named, asked by name, compared, shown; a limit when absent.
@Suite struct OptionalChannelTests {
  /// A sparse model in which each word is a term.
  struct HashingSparseEncoder: SparseEncoder {
    var modelID = "sparse-hashing"
    let vocabularyCount = 512
    let maximumTokens = 4096

    func encode(_ texts: [String]) async throws -> [SparseVector] {
      texts.map { text in
        var weights: [Int32: Float] = [:]
        for token in IdentifierTokens.tokens(of: text) {
          let hash = token.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
          weights[Int32(hash % 512), default: 0] += 0.25
        }
        let sorted = weights.sorted { $0.key < $1.key }
        return SparseVector(terms: sorted.map(\.key), weights: sorted.map(\.value))
      }
    }

    func exceedsLimit(_ text: String) -> Bool { false }
  }

  private func context(
    _ tree: TemporaryTree, built: String = "", encoder: @escaping @Sendable () throws -> any SparseEncoder
  ) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    factories.spladeEncoder = { _ in try encoder() }
    let settings = try Settings.load(
      environment: [
        "HOME": tree.root.path, "CODEINTEL_INDEX": tree.index, "CODEINTEL_INDEX_CHANNELS": built,
        "CODEINTEL_COMPUTE_THREADS": "1",
      ]
    ).settings
    return try ApplicationContext(settings: settings, factories: factories)
  }

  private func indexed(_ tree: TemporaryTree, built: String) async throws {
    let context = try context(tree, built: built) { HashingSparseEncoder() }
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await context.shutdown()
  }

  @Test(arguments: ["splade", "coderank_faiss"])
  func `a channel that was named is built, asked by name, compared and shown`(name: String) async throws {
    let tree = try TemporaryTree()
    try await indexed(tree, built: name)
    let context = try context(tree) { HashingSparseEncoder() }
    let response = try await context.search(SearchRequest(query: "water plants valve", channels: [name]))
    #expect(response.limits.isEmpty)
    #expect(response.hits.first?.path == "Sources/Garden.swift")
    #expect(response.hits.first?.contributions.first { $0.channel == name }?.state == .returned)
    #expect(response.hits.first?.contributions.first { $0.channel == "faiss" }?.state == .notAsked)
    #expect(context.cellTable().contains { $0.name == name && $0.initState == .ready })
    let report = try await context.validateRuntimeCompatibility()
    #expect(report.isCompatible)
    for check in ["rows", "dimension", "model"] {
      #expect(report.checks.first { $0.name == "\(name)-\(check)" }?.outcome == .passed, "\(check)")
    }
    try await context.shutdown()
  }

  @Test func `an index without the channel says so to who asks for it, and only then`() async throws {
    let tree = try TemporaryTree()
    try await indexed(tree, built: "bm25")
    let context = try context(tree) { HashingSparseEncoder() }
    let response = try await context.search(SearchRequest(query: "water", channels: ["bm25", "splade"]))
    #expect(
      response.limits == [
        "splade: this index was built without it: name it in index.channels or --channels and index again"
      ])
    #expect(!response.hits.isEmpty)
    #expect(try await context.search(SearchRequest(query: "water")).limits.isEmpty)
    #expect(context.absentChannels().map(\.name).contains("splade"))
    try await context.shutdown()
  }

  @Test func `without its model the channel is a limit, another model is refused`() async throws {
    let tree = try TemporaryTree()
    try await indexed(tree, built: "splade")
    let without = try context(tree) { throw EmbeddingError(.missingFile, "no weights here") }
    let response = try await without.search(SearchRequest(query: "water plants", channels: ["bm25", "splade"]))
    #expect(!response.hits.isEmpty)
    #expect(response.limits.contains { $0.hasPrefix("splade") && $0.contains("no weights here") })
    try await without.shutdown()
    let other = try context(tree) { HashingSparseEncoder(modelID: "other") }
    let error = await #expect(throws: (any Error).self) { try await other.search(SearchRequest(query: "water")) }
    #expect(error.map { "\($0)" }?.contains("retrieval.model-mismatch") == true)
    try await other.shutdown()
  }

  @Test func `a damaged index of the channel is a limit, the others answer`() async throws {
    let tree = try TemporaryTree()
    try await indexed(tree, built: "splade")
    let file = URL(filePath: tree.index).appending(path: "generations/1/splade.index")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: file)
    let context = try context(tree) { HashingSparseEncoder() }
    let response = try await context.search(SearchRequest(query: "water", channels: ["bm25", "splade"]))
    #expect(!response.hits.isEmpty)
    #expect(response.limits.contains { $0.hasPrefix("splade could not answer") && $0.contains("index-corrupt") })
    try await context.shutdown()
  }

  @Test func `a channel that does not exist is a mistake in the settings`() throws {
    #expect(throws: SettingsError.self) {
      try Settings.load(environment: ["HOME": "/none", "CODEINTEL_INDEX_CHANNELS": "splade,spalde"])
    }
  }
}
