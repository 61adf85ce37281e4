import CodeIntel
import Embedding
import EngineTesting
import Foundation
import Indexing
import ProblemDetails
import Retrieval
import Testing

/// What a search answers when a part is missing, damaged or does not fit.
@Suite struct DegradedContextTests {
  private static func indexed(_ tree: TemporaryTree) async throws {
    let context = try context(tree) { HashingEmbedder() }
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await context.shutdown()
  }

  private static func context(
    _ tree: TemporaryTree, _ embedder: @escaping @Sendable () throws -> any Embedder
  ) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in try embedder() }
    return try ApplicationContext(
      settings: Settings(environment: [:], indexPath: tree.index, computeThreads: 1), factories: factories)
  }

  private static func problemCode(_ context: ApplicationContext) async -> String? {
    do {
      _ = try await context.search(SearchRequest(query: "water"))
      return nil
    } catch {
      return ProblemReport(error).problem.extensions["code"]?.stringValue
    }
  }

  @Test func `a model that cannot be loaded leaves keyword search, and the answer says so`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree) { throw EmbeddingError(.missingFile, "no weights here") }
    let response = try await context.search(SearchRequest(query: "water plants"))
    #expect(response.hits.first?.path == "Sources/Garden.swift")
    #expect(response.limits.contains { $0.hasPrefix("faiss") && $0.contains("no weights here") })
    #expect(response.hits.first?.contributions.first { $0.channel == "faiss" }?.state == .failed)
    try await context.shutdown()
  }

  @Test func `a model of another dimension is refused with both numbers`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree) { HashingEmbedder(dimension: 32) }
    #expect(await Self.problemCode(context) == "retrieval.dimension-mismatch")
    try await context.shutdown()
  }

  @Test func `another model of the same dimension is refused`() async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let context = try Self.context(tree) { HashingEmbedder(modelID: "other") }
    #expect(await Self.problemCode(context) == "retrieval.model-mismatch")
    try await context.shutdown()
  }

  @Test func `no index is told as such`() async throws {
    let tree = try TemporaryTree()
    let context = try Self.context(tree) { HashingEmbedder() }
    #expect(await Self.problemCode(context) == "indexing.no-index")
    try await context.shutdown()
  }

  @Test(arguments: ["chunks.sqlite", "faiss.index"])
  func `indexing again repairs a file that is damaged but as long as before`(name: String) async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let file = URL(filePath: tree.index).appending(path: "generations/1/\(name)")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: file)
    let context = try Self.context(tree) { HashingEmbedder() }
    let report = try await context.index(
      roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    #expect(!report.reused)
    #expect(report.limits.contains { $0.contains(name) })
    #expect(await Self.problemCode(context) == nil)
    try await context.shutdown()
  }

  @Test(arguments: ["manifest.json", "chunks.sqlite", "faiss.index"])
  func `a cut file is found before anything is answered from it`(name: String) async throws {
    let tree = try TemporaryTree()
    try await Self.indexed(tree)
    let file = URL(filePath: tree.index).appending(path: "generations/1/\(name)")
    let whole = try Data(contentsOf: file)
    try whole.prefix(whole.count / 2).write(to: file)
    let context = try Self.context(tree) { HashingEmbedder() }
    let code = try #require(await Self.problemCode(context))
    #expect(["indexing.manifest-corrupt", "indexing.file-size"].contains(code))
    // The damage is not remembered: with the file whole again the same context answers.
    try whole.write(to: file)
    #expect(await Self.problemCode(context) == nil)
    try await context.shutdown()
  }
}
