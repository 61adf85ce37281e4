import CellConformance
import CellConformanceReference
import CellConformanceZoo
import CellContract
import CodeIntel
import Lifespan
import Retrieval
import RuntimeCells
import Testing

/// One shipped backend.
struct ShippedBackend: CustomTestStringConvertible, Sendable {
  let subject: any Subject
  var testDescription: String { subject.manifest.name }

  /// The reference by both its faces, and every correct cell of the zoo: lock and condition, actor, atomics, and the odd ones.
  static let all =
    [
      ShippedBackend(subject: SuspendingSubject(RuntimeCellBackend())),
      ShippedBackend(subject: BlockingSubject(BlockingRuntimeCellBackend())),
    ] + CorrectCell.all.map { ShippedBackend(subject: $0.subject) }
}

/// The engine lives on cells of every backend that is shipped: preload, search, shutdown, over a real FAISS index and a real
/// keyword index. What its cells went through is checked like the history of a conformance rule.
@Suite(.serialized) struct BackendLifespanTests {
  private static func plan(_ names: String..., concurrency: Int = 4) -> PreloadPlan {
    PreloadPlan(items: names.map { .init(name: $0, deadline: .seconds(3600)) }, maxConcurrency: concurrency)
  }

  @Test(arguments: ShippedBackend.all)
  func `a preload makes each cell once, a search is answered, the end closes all`(_ backend: ShippedBackend)
    async throws
  {
    let world = try await HostedWorld()
    let engine = try HostedEngine(backend.subject, settings: world.settings, factories: world.factories)
    let life = try engine.life(Self.plan("vllm", "faiss", "hybrid"))
    try await HostedWorld.run(life) {
      let report = life.readiness.report()
      #expect(report.isReady)
      #expect(report.cells.map(\.name) == ["vllm", "chunks", "faiss", "bm25", "hybrid"])
      #expect(report.cells.allSatisfy { $0.initState == "ready" })
      let response = try await engine.search("water the plants")
      let first = try #require(response.hits.first)
      #expect(first.path == "Sources/Garden.swift")
      #expect(first.contributions.map(\.channel) == ["faiss", "bm25"])
      #expect(first.contributions.allSatisfy { $0.state == .returned })
      #expect(response.limits.isEmpty)
      #expect(response.generation == 1)
    }
    #expect(world.counts.all == ["vllm": 1, "chunks": 1, "faiss": 1, "bm25": 1])
    for snapshot in engine.registry.snapshot() {
      #expect(snapshot.built == 1, "\(snapshot.name)")
      #expect(snapshot.disposed == 1, "\(snapshot.name)")
      #expect(snapshot.detail == .shutDown, "\(snapshot.name)")
    }
    #expect(engine.host.findings(isOver: true).map(\.description) == [])
  }

  @Test(arguments: ShippedBackend.all)
  func `an empty plan makes nothing, and many first searches at once make each cell once`(_ backend: ShippedBackend)
    async throws
  {
    let world = try await HostedWorld()
    let engine = try HostedEngine(backend.subject, settings: world.settings, factories: world.factories)
    let life = try engine.life(PreloadPlan())
    try await HostedWorld.run(life) {
      #expect(world.counts.all.isEmpty)
      let paths = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<16 { group.addTask { try await engine.search("boil water").hits.first?.path } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(paths == Array(repeating: "Sources/Kitchen.swift", count: 16))
    }
    #expect(world.counts.all == ["vllm": 1, "chunks": 1, "faiss": 1, "bm25": 1])
    #expect(engine.host.findings(isOver: true).map(\.description) == [])
  }

  @Test(arguments: ShippedBackend.all)
  func `a required model that cannot be loaded ends the start, and what was made is closed`(_ backend: ShippedBackend)
    async throws
  {
    let world = try await HostedWorld()
    world.counts.removeModel()
    let engine = try HostedEngine(backend.subject, settings: world.settings, factories: world.factories)
    let plan = Self.plan("faiss", "chunks", "hybrid", concurrency: 1)
    let report = try await Preloader(
      plan: plan, targets: engine.targets(), cells: engine.registry.iterate(), logger: HostedEngine.logger
    ).run()
    #expect(report.items.map(\.outcome) == [.ready, .ready, .failed])
    #expect(report.failure?.code == .preloadFailed)
    #expect(Set(report.rolledBack) == ["faiss", "bm25", "chunks"])
    #expect(engine.registry.snapshot().allSatisfy { $0.live == 0 && $0.initState == .empty })
    #expect(world.counts.all == ["faiss": 1, "bm25": 1, "chunks": 1, "vllm": 1])
    try await engine.registry.shutdown(silent: false)
    #expect(engine.host.findings(isOver: true).map(\.description) == [])
  }

  @Test(arguments: ShippedBackend.all)
  func `closed cells are made anew by the next search`(_ backend: ShippedBackend) async throws {
    let world = try await HostedWorld()
    let engine = try HostedEngine(backend.subject, settings: world.settings, factories: world.factories)
    let before = try await engine.search("count words")
    try await engine.registry.closeAll(silent: false)
    let after = try await engine.search("count words")
    #expect(before.hits.first?.path == "tools/count_words.py")
    #expect(after.hits.map(\.id) == before.hits.map(\.id))
    try await engine.registry.shutdown(silent: false)
    #expect(engine.registry.snapshot().allSatisfy { $0.built == 2 && $0.disposed == 2 })
    #expect(engine.host.findings(isOver: true).map(\.description) == [])
    await #expect(throws: CellError(.shutDown, cell: "hybrid", message: "")) { try await engine.search("count words") }
  }

  @Test(arguments: [Defect.neverCaches, .neverDisposes, .disposeIgnoresLeases])
  func `the same life on a broken cell leaves a history that tells`(_ defect: Defect) async throws {
    let world = try await HostedWorld()
    let broken = BlockingSubject(LockBackend(defect: defect))
    let engine = try HostedEngine(broken, settings: world.settings, factories: world.factories)
    _ = try? await engine.search("water the plants")
    let held: Void? =
      defect == .disposeIgnoresLeases
      ? try? await engine.chunks.withValue { _ in _ = try await engine.chunks.close(deadline: nil, silent: true) } : nil
    _ = held
    _ = try? await engine.search("boil water")
    _ = try? await engine.registry.shutdown(silent: false)
    #expect(!engine.host.findings(isOver: true).isEmpty)
  }
}
