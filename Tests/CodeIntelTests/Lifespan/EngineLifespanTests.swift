import CellContract
import CodeIntel
import Embedding
import EngineTesting
import Foundation
import Indexing
import Lifespan
import Logging
import ProblemDetails
import Retrieval
import RuntimeCells
import ServiceLifecycle
import Synchronization
import Testing

/// The engine's life over a real index: preload, status, reload, end.
@Suite struct EngineLifespanTests {
  struct NoModel: Error {}

  /// An index of one generation, a context over it, and a count of what its factories made.
  private final class World: Sendable {
    let tree: TemporaryTree
    let authority = SwapAuthority()
    let context: ApplicationContext

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    init(_ environment: [String: String] = [:], allowsSwap: Bool = true) async throws {
      let tree = try TemporaryTree()
      self.tree = tree
      var variables = environment
      variables["CODEINTEL_INDEX"] = tree.index
      variables["CODEINTEL_INDEX_WATCH_SECONDS"] = "0"
      variables["CODEINTEL_LAME_DUCK_SECONDS"] = "0"
      let settings = try Settings.load(environment: variables).settings
      var factories = ContextFactories.live
      factories.embedder = { _ in HashingEmbedder() }
      let writer = try ApplicationContext(settings: settings, factories: factories)
      _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
      try await writer.shutdown()
      let counts = Counts()
      self.counts = counts
      let live = factories
      factories.embedder = { _ in
        counts.add("vllm")
        if !counts.hasModel { throw NoModel() }
        return HashingEmbedder()
      }
      factories.chunks = {
        counts.add("chunks")
        return try live.chunks($0)
      }
      factories.faiss = {
        counts.add("faiss")
        return try live.faiss($0, $1)
      }
      factories.bm25 = {
        counts.add("bm25")
        return try live.bm25($0)
      }
      context = try ApplicationContext(
        settings: settings, factories: factories,
        cells: CellConfiguration(
          environment: CellEnvironment(allowsSwap ? [CellGuard.swapVariable: "1"] : [:]), swapAuthority: authority))
    }

    let counts: Counts

    final class Counts: Sendable {
      private let state = Mutex((counts: [String: Int](), hasModel: true))
      func add(_ name: String) { state.withLock { $0.counts[name, default: 0] += 1 } }
      var all: [String: Int] { state.withLock { $0.counts } }
      var hasModel: Bool { state.withLock { $0.hasModel } }
      func removeModel() { state.withLock { $0.hasModel = false } }
    }

    func life(allowsSwap: Bool = true) throws -> EngineLifespan {
      try EngineLifespan(
        context: context, authority: authority,
        environment: CellEnvironment(allowsSwap ? [CellGuard.swapVariable: "1"] : [:]), logger: Self.logger)
    }

    /// Runs a life until `body` returns, then stops it as SIGTERM does.
    func run(_ life: EngineLifespan, _ body: @Sendable () async throws -> Void) async throws {
      let (signals, send) = AsyncStream.makeStream(of: ProcessSignal.self)
      async let running: Void = life.group(listeners: [], waitsForListener: false).run(
        signals: signals, leave: { _ in })
      try await life.readiness.reached(.ready)
      let result: Result<Void, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      send.yield(.stop(exitCode: 143))
      try await running
      try result.get()
    }
  }

  @Test func `an empty preload set opens nothing before the first search`() async throws {
    let world = try await World()
    let life = try world.life()
    try await world.run(life) {
      #expect(world.counts.all.isEmpty)
      let report = life.readiness.report()
      #expect(report.isReady)
      #expect(
        report.cells.map(\.name) == ["vllm", "hybrid", "faiss", "bm25", "chunks", "coderank_faiss", "splade", "xtr"])
      #expect(report.cells.prefix(5).allSatisfy { $0.check == .cold })
      _ = try await world.context.search(SearchRequest(query: "water plants"))
      // Without an accelerator the dense index works at less than its best, and so does the set.
      #expect(life.readiness.report().cells.prefix(5).map(\.check) == [.ok, .degraded, .degraded, .ok, .ok])
    }
    #expect(world.context.snapshot().allSatisfy { $0.detail == .shutDown })
  }

  @Test func `preloading faiss warms the whole set and its inner cells, each factory once`() async throws {
    let world = try await World(["CODEINTEL_INDEX_PRELOAD": "faiss,vllm,bm25", "HYBRID_PRELOAD": "1"])
    let life = try world.life()
    #expect(life.plan.items.map(\.name) == ["faiss", "vllm", "bm25", "hybrid"])
    try await world.run(life) {
      let report = life.readiness.report()
      #expect(report.isReady)
      #expect(report.cells.filter(\.isRequired).map(\.name) == ["vllm", "hybrid", "faiss", "bm25"])
      #expect(report.cells.first { $0.name == "faiss" }?.initState == "ready")
      #expect(world.counts.all == ["vllm": 1, "chunks": 1, "faiss": 1, "bm25": 1])
    }
  }

  @Test func `an index that is missing ends the start with its own problem`() async throws {
    let world = try await World(["FAISS_PRELOAD": "1"])
    try FileManager.default.removeItem(atPath: world.tree.index)
    let life = try world.life()
    let (signals, _) = AsyncStream.makeStream(of: ProcessSignal.self)
    let error = await #expect(throws: LifespanError.self) {
      try await life.group(listeners: [], waitsForListener: false).run(signals: signals, leave: { _ in })
    }
    #expect(error?.code == .preloadFailed)
    let report = ProblemReport(try #require(error))
    #expect(report.problem.type == "/problems/no-index")
    #expect(life.readiness.phase == .stopped)
  }

  @Test func `a required model that cannot be loaded ends the start, an optional one is a limit`() async throws {
    let required = try await World(["VLLM_PRELOAD": "1"])
    required.counts.removeModel()
    let (signals, _) = AsyncStream.makeStream(of: ProcessSignal.self)
    let group = try required.life().group(listeners: [], waitsForListener: false)
    await #expect(throws: LifespanError(.preloadFailed, "")) { try await group.run(signals: signals, leave: { _ in }) }

    let optional = try await World(["VLLM_PRELOAD": "1", "CODEINTEL_PRELOAD_OPTIONAL": "vllm"])
    optional.counts.removeModel()
    let life = try optional.life()
    try await optional.run(life) {
      let report = life.readiness.report()
      #expect(report.isReady)
      #expect(report.limits.contains { $0.hasPrefix("vllm: preload failed") })
      #expect(report.cells.first?.check == .error)
    }
  }

  @Test func `channels that an index was built without are limits, unknown names are errors`()
    async throws
  {
    let world = try await World(["XTR_PRELOAD": "1", "CODEINTEL_INDEX_PRELOAD": "splade,coderank_faiss"])
    let life = try world.life()
    try await world.run(life) {
      let report = life.readiness.report()
      #expect(report.isReady)
      for name in ["xtr", "splade", "coderank_faiss"] {
        let reason = "this index was built without it: name it in index.channels or --channels and index again"
        #expect(report.limits.contains("\(name): \(reason)"))
        #expect(report.cells.first { $0.name == name }?.check == .disabled)
      }
    }
    await #expect(throws: SettingsError(.invalid, faults: [])) { try await World(["CODEINTEL_INDEX_PRELOAD": "fiass"]) }
  }

  @Test func `a new generation is published when told so, and without the guard it is a limit`() async throws {
    for allowsSwap in [true, false] {
      let world = try await World(allowsSwap: allowsSwap)
      let life = try world.life(allowsSwap: allowsSwap)
      try await world.run(life) {
        #expect(try await world.context.search(SearchRequest(query: "water")).generation == 1)
        try world.tree.write("func dryPlants() {}", to: "Sources/Dry.swift")
        var factories = ContextFactories.live
        factories.embedder = { _ in HashingEmbedder() }
        let writer = try ApplicationContext(settings: world.context.settings, factories: factories)
        _ = try await writer.index(roots: [world.tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
        try await writer.shutdown()
        let outcome = await life.watcher.look(again: false)
        #expect(outcome == (allowsSwap ? .reloaded(from: 1, to: 2) : .notAllowed(available: 2)))
        let answer = try await world.context.search(SearchRequest(query: "dryPlants"))
        #expect(answer.generation == (allowsSwap ? 2 : 1))
        let limits = life.readiness.report().limits
        #expect(limits.contains("generation 2 available, swap not allowed") == !allowsSwap)
        #expect(life.readiness.isReady())
      }
    }
  }

  @Test func `the accelerator probe is a limit, and says so when it was skipped`() async throws {
    #expect(AcceleratorProbe.limits(isSkipped: true, exists: { _ in true }).first?.contains("SKIP_GPU_WARMUP") == true)
    #expect(
      AcceleratorProbe.limits(isSkipped: false, exists: { _ in false })
        == ["computing on the CPU: no accelerator was found"])
    #expect(AcceleratorProbe.limits(isSkipped: false, exists: { $0 == "/dev/kfd" }).first?.contains("/dev/kfd") == true)
    let world = try await World(["SKIP_GPU_WARMUP": "1"])
    #expect(try world.life().readiness.report().limits.contains { $0.contains("SKIP_GPU_WARMUP") })
    try await world.context.shutdown()
  }
}
