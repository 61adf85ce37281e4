import CellContract
import CodeIntel
import Embedding
import EngineTesting
import Foundation
import Indexing
import Retrieval
import RuntimeCells
import Synchronization
import Testing

@Suite struct ApplicationContextTests {
  private static func context(
    _ tree: TemporaryTree, embedder: @escaping @Sendable () throws -> any Embedder = { HashingEmbedder() }
  ) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in try embedder() }
    return try ApplicationContext(
      settings: Settings(environment: [:], indexPath: tree.index, computeThreads: 2), factories: factories)
  }

  private static func index(_ context: ApplicationContext, _ tree: TemporaryTree) async throws -> IndexReport {
    try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
  }

  @Test func `what was indexed is found by both channels`() async throws {
    let tree = try TemporaryTree()
    let context = try Self.context(tree)
    let report = try await Self.index(context, tree)
    #expect(report.files == 3)
    let response = try await context.search(SearchRequest(query: "water the plants", limit: 3))
    let first = try #require(response.hits.first)
    #expect(first.path == "Sources/Garden.swift")
    #expect(first.contributions.map(\.channel) == ["faiss", "bm25"])
    #expect(first.contributions.allSatisfy { $0.state == .returned })
    let sum = first.contributions.reduce(0) { $0 + $1.contribution }
    #expect(abs(sum - first.score) < 1e-12)
    #expect(response.limits.isEmpty)
    try await context.shutdown()
  }

  @Test func `nothing is loaded before it is asked for, and all is closed once`() async throws {
    let tree = try TemporaryTree()
    let made = Mutex(0)
    let context = try Self.context(tree) {
      made.withLock { $0 += 1 }
      return HashingEmbedder()
    }
    #expect(made.withLock { $0 } == 0)
    #expect(context.snapshot().allSatisfy { $0.initState == .empty })
    _ = try await Self.index(context, tree)
    _ = try await context.search(SearchRequest(query: "soup"))
    _ = try await context.search(SearchRequest(query: "words"))
    #expect(made.withLock { $0 } == 1)
    let ready = context.snapshot()
    #expect(Set(ready.map(\.name)) == ["vllm", "hybrid", "faiss", "bm25", "chunks", "splade-encoder"])
    // The index has no such channel, so nothing loads its model.
    #expect(ready.allSatisfy { $0.initState == ($0.name == "splade-encoder" ? .empty : .ready) })
    try await context.shutdown()
    try await context.shutdown()
    for snapshot in context.snapshot() {
      #expect(snapshot.built == snapshot.disposed)
      #expect(snapshot.detail == .shutDown)
    }
    await #expect(throws: CellError.self) { try await context.search(SearchRequest(query: "soup")) }
  }

  @Test func `a second run without changes does no work, a change makes a new generation`() async throws {
    let tree = try TemporaryTree()
    let context = try Self.context(tree)
    let first = try await Self.index(context, tree)
    let second = try await Self.index(context, tree)
    #expect(!first.reused)
    #expect(second.reused)
    #expect(second.generation == first.generation)
    try tree.write("func rideBicycle() {}", to: "Sources/Street.swift")
    let third = try await Self.index(context, tree)
    #expect(!third.reused)
    #expect(third.generation > first.generation)
    try await context.shutdown()
  }

  @Test func `a query is answered from the generation that was open, a reopened cell from the new one`() async throws {
    let tree = try TemporaryTree()
    let context = try Self.context(tree)
    let first = try await Self.index(context, tree)
    let before = try await context.search(SearchRequest(query: "ride bicycle"))
    #expect(before.generation == first.generation)
    try tree.write("func rideBicycle() {}", to: "Sources/Street.swift")
    let second = try await Self.index(context, tree)
    let still = try await context.search(SearchRequest(query: "ride bicycle"))
    #expect(still.generation == first.generation)
    #expect(!still.hits.contains { $0.path == "Sources/Street.swift" })
    try await context.hybrid.close()
    let after = try await context.search(SearchRequest(query: "ride bicycle"))
    #expect(after.generation == second.generation)
    #expect(after.hits.first?.path == "Sources/Street.swift")
    try await context.shutdown()
  }

  @Test func `many first searches at once open the index once`() async throws {
    let tree = try TemporaryTree()
    let writer = try Self.context(tree)
    _ = try await Self.index(writer, tree)
    try await writer.shutdown()
    let made = Mutex(0)
    let context = try Self.context(tree) {
      made.withLock { $0 += 1 }
      return HashingEmbedder()
    }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<64 { group.addTask { try await context.search(SearchRequest(query: "soup")).hits.count } }
      for try await count in group { #expect(count > 0) }
    }
    #expect(made.withLock { $0 } == 1)
    #expect(context.hybrid.snapshot().built == 1)
    try await context.shutdown()
  }
}
