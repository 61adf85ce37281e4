import CellContract
import Embedding
import EngineTesting
import Foundation
import Indexing
import Lifespan
import Logging
import ProblemDetails
import Retrieval
import RuntimeCells
import Testing

@testable import CodeIntel

/// A channel that not every index has, named in the preload set: it must be able to answer, or the preload tells why not.
@Suite struct ChannelPreloadTests {
  private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  private func context(
    _ tree: TemporaryTree, preload: String = "", optional: String = "", authority: SwapAuthority? = nil,
    encoder: @escaping @Sendable () throws -> any SparseEncoder = { OptionalChannelTests.HashingSparseEncoder() }
  ) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder(tokens: HashingTokenEncoder()) }
    factories.spladeEncoder = { _ in try encoder() }
    let settings = try Settings.load(
      environment: [
        "HOME": tree.root.path, "CODEINTEL_INDEX": tree.index, "CODEINTEL_INDEX_CHANNELS": "splade,xtr",
        "CODEINTEL_COMPUTE_THREADS": "1", "CODEINTEL_INDEX_PRELOAD": preload, "CODEINTEL_PRELOAD_OPTIONAL": optional,
        "CODEINTEL_LAME_DUCK_SECONDS": "0", "CODEINTEL_INDEX_WATCH_SECONDS": "0",
      ]
    ).settings
    return try ApplicationContext(
      settings: settings, factories: factories,
      cells: CellConfiguration(environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority))
  }

  private func indexed(_ tree: TemporaryTree) async throws {
    let context = try context(tree)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await context.shutdown()
  }

  private func damage(_ channel: String, _ tree: TemporaryTree, generation: Int = 1) throws {
    let folder = URL(filePath: tree.index).appending(path: "generations/\(generation)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(channel) }
    let file = folder.appending(path: try #require(names.first, "no file of \(channel)"))
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: file)
  }

  private func prewarm(_ name: String, _ context: ApplicationContext) async throws -> PreloadReport.Item {
    let preloader = try Preloader(
      plan: PreloadPlan(items: [.init(name: name)]), targets: context.preloadTargets(),
      cells: context.registry.iterate(), logger: Self.logger)
    return try #require(await preloader.run(.attemptAll).items.first)
  }

  @Test(arguments: ["splade", "xtr"])
  func `one that is whole is ready, its inner cells too`(name: String) async throws {
    let tree = try TemporaryTree()
    try await indexed(tree)
    let context = try context(tree)
    #expect(try await prewarm(name, context).outcome == .ready)
    #expect(try await prewarm(name, context).outcome == .alreadyReady)
    let ready = context.snapshot().filter { $0.initState == .ready }.map(\.name)
    #expect(ready.contains(name) && ready.contains(name == "xtr" ? "xtr-runtime" : "splade-encoder"))
    try await context.shutdown()
  }

  @Test(arguments: ["splade", "xtr"])
  func `a damaged file fails the prewarm of its channel with its own problem, not that of the set`(
    name: String
  ) async throws {
    let tree = try TemporaryTree()
    try await indexed(tree)
    try damage(name, tree)
    let context = try context(tree)
    let item = try await prewarm(name, context)
    #expect(item.outcome == .failed)
    #expect(item.problem?.type == "/problems/index-damaged")
    #expect(try await prewarm("hybrid", context).outcome == .alreadyReady)
    try await context.shutdown()
  }

  @Test(arguments: ["splade", "xtr"])
  func `a damaged file of a required channel ends the start, of an optional one it is a limit`(
    name: String
  ) async throws {
    let tree = try TemporaryTree()
    try await indexed(tree)
    try damage(name, tree)
    let life = try EngineLifespan(context: context(tree, preload: name), authority: nil, logger: Self.logger)
    let (signals, send) = AsyncStream.makeStream(of: ProcessSignal.self)
    let error = await #expect(throws: LifespanError.self) {
      try await life.group(listeners: [], waitsForListener: false).run(signals: signals, leave: { _ in })
    }
    #expect(error?.code == .preloadFailed)
    #expect(ProblemReport(try #require(error)).problem.type == "/problems/index-damaged")

    let optional = try EngineLifespan(
      context: context(tree, preload: name, optional: name), authority: nil, logger: Self.logger)
    let (others, stop) = AsyncStream.makeStream(of: ProcessSignal.self)
    async let running: Void = optional.group(listeners: [], waitsForListener: false).run(
      signals: others, leave: { _ in })
    try await optional.readiness.reached(.ready)
    #expect(optional.readiness.isReady())
    #expect(optional.readiness.report().limits.contains { $0.hasPrefix("\(name): preload failed") })
    stop.yield(.stop(exitCode: 143))
    try await running
    send.finish()
  }

  @Test func `a sparse model that is missing fails the prewarm of its channel`() async throws {
    let tree = try TemporaryTree()
    try await indexed(tree)
    let context = try context(tree) { throw EmbeddingError(.missingFile, "no weights here") }
    let item = try await prewarm("splade", context)
    #expect(item.outcome == .failed)
    #expect(item.problem?.type == "/problems/model-missing")
    try await context.shutdown()
  }

  @Test func `a new generation whose required channel is damaged is not published`() async throws {
    let tree = try TemporaryTree()
    try await indexed(tree)
    let authority = SwapAuthority()
    let context = try context(tree, preload: "splade", authority: authority)
    _ = try await context.search(SearchRequest(query: "water"))
    try tree.write("func dryPlants() {}", to: "Sources/Dry.swift")
    try await indexed(tree)
    try damage("splade", tree, generation: 2)
    let error = await #expect(throws: CellError.self) {
      try await context.reloadIndex(permit: authority.permit(reason: "test"))
    }
    #expect(ProblemReport(try #require(error)).problem.type == "/problems/index-damaged")
    #expect(try await context.search(SearchRequest(query: "water")).generation == 1)
    try await context.shutdown()
  }
}
