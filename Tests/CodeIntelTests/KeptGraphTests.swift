import EngineTesting
import Foundation
import Indexing
import Retrieval
import Testing

@testable import CodeIntel

/// Indexing a tree again with a dense graph: kept, searched, looked at and merged by the engine as a user runs it.
@Suite struct KeptGraphTests {
  private static func context(_ tree: TemporaryTree, merges: Bool = false) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let plain = Settings(environment: [:], indexPath: tree.index, computeThreads: 1)
    let settings = Settings(
      indexPath: plain.indexPath, modelFolder: plain.modelFolder, computeThreads: 1, channels: plain.channels,
      dense: DenseIndexSettings(
        kind: .hnsw(HNSWParameters()), merging: DenseMergePolicy(maximumShare: 0.5), mergesAfterwards: merges),
      embedder: plain.embedder, preload: plain.preload, serve: plain.serve, indexWatchInterval: nil,
      skipsAcceleratorProbe: true, exportsCompatNames: false)
    return try ApplicationContext(settings: settings, factories: factories)
  }

  private static func index(
    _ context: ApplicationContext, _ tree: TemporaryTree, merges: Bool? = nil
  ) async throws -> IndexReport {
    try await context.index(
      roots: [tree.source], maximumFileBytes: 1 << 20, merges: merges, progress: SilentProgress())
  }

  private static func tree() throws -> TemporaryTree {
    let tree = try TemporaryTree()
    for number in 0..<12 { try tree.write("func wheel\(number)() { turn(\(number)) }", to: "Wheels/W\(number).swift") }
    return tree
  }

  @Test func `A kept graph is searched with what is new, and checks know both parts`() async throws {
    let tree = try Self.tree()
    let context = try Self.context(tree)
    let first = try await Self.index(context, tree)
    try tree.write("func rideBicycle() { pedal() }", to: "Wheels/W3.swift")
    let second = try await Self.index(context, tree)
    #expect(second.generation == first.generation + 1)
    #expect(second.mergedFrom == nil)
    let response = try await context.search(SearchRequest(query: "ride bicycle pedal", channels: ["faiss"]))
    #expect(response.hits.first?.path == "Wheels/W3.swift")
    #expect(response.hits.first?.text == "func rideBicycle() { pedal() }")
    let gone = try await context.search(SearchRequest(query: "wheel3 turn", limit: 50, channels: ["faiss"]))
    #expect(gone.hits.allSatisfy { !$0.text.contains("wheel3") })
    #expect(gone.hits.count == second.chunks)
    let report = try await context.validateRuntimeCompatibility()
    #expect(report.isCompatible)
    let parts = try #require(report.checks.first { $0.name == "dense-parts" })
    #expect(parts.outcome == .passed)
    #expect(parts.expected == "\(second.chunks) vectors in two parts")
    #expect(parts.actual == "\(second.chunks - 1) kept (1 dead beside them), 1 fresh")
    let check = try await context.checkDenseIndex()
    #expect(check.detail.contains("(1 fresh beside a kept hnsw(16,100) index with 1 dead)"))
    try await context.shutdown()
  }

  @Test(arguments: [true, false]) func `A merge follows when it is asked for, by the caller or the settings`(
    bySettings: Bool
  ) async throws {
    let tree = try Self.tree()
    let context = try Self.context(tree, merges: bySettings)
    let merges: Bool? = bySettings ? nil : true
    let first = try await Self.index(context, tree, merges: merges)
    #expect(first.mergedFrom == nil)
    try tree.write("func rideBicycle() { pedal() }", to: "Wheels/W3.swift")
    let second = try await Self.index(context, tree, merges: merges)
    #expect(second.mergedFrom == first.generation + 1)
    #expect(second.generation == first.generation + 2)
    #expect(!second.reused)
    // Both generations are there: a service had the changes before the graph was built.
    #expect(GenerationStore(root: tree.index).available() == [first.generation + 1, first.generation + 2])
    let report = try await context.validateRuntimeCompatibility()
    #expect(report.isCompatible)
    #expect(!report.checks.contains { $0.name == "dense-parts" })
    let third = try await Self.index(context, tree, merges: merges)
    #expect(third.reused && third.mergedFrom == nil)
    try await context.shutdown()
  }

  @Test func `Asking for a merge when nothing changed merges what was left`() async throws {
    let tree = try Self.tree()
    let context = try Self.context(tree)
    _ = try await Self.index(context, tree)
    try tree.write("func rideBicycle() { pedal() }", to: "Wheels/W3.swift")
    let quick = try await Self.index(context, tree)
    let merged = try await Self.index(context, tree, merges: true)
    #expect(merged.reused)
    #expect(merged.mergedFrom == quick.generation)
    #expect(merged.generation == quick.generation + 1)
    try await context.shutdown()
  }
}
