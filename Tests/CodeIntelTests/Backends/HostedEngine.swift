import CellConformance
import CellContract
import CodeIntel
import Embedding
import EngineTesting
import Indexing
import Lifespan
import Logging
import Retrieval
import RuntimeCells

/// The engine's parts, as `ApplicationContext` puts them together, in cells of any backend: the same factories, channels,
/// pipeline, index files, preloader and services; only the cells are others.
final class HostedEngine: Sendable {
  /// One index generation, ready to be asked.
  struct OpenGeneration: Sendable {
    let set: SearchSet
    let pipeline: HybridPipeline
  }

  let host: CellHost
  let registry = CellRegistry()
  let embedder: HostedCell<any Embedder>
  let chunks: HostedCell<ChunkStore>
  let faiss: HostedCell<DenseIndex>
  let bm25: HostedCell<BM25Index>
  let hybrid: HostedCell<OpenGeneration>
  private let threads: DedicatedThreads

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// Nothing is opened yet.
  init(_ subject: any Subject, settings: Settings, factories: ContextFactories) throws {
    let host = CellHost(subject)
    let threads = DedicatedThreads(name: "search", count: 2)
    let current: @Sendable () async throws -> Generation = {
      try await threads.run { try factories.currentGeneration(settings) }
    }
    let embedder = try host.cell(CellName.embedder) { try await factories.embedder(settings) }
    let chunks = try host.cell(
      CellName.chunks,
      make: {
        let generation = try await current()
        return try await threads.run { try factories.chunks(generation) }
      }, dispose: { store in try await threads.run { try store.close() } })
    let faiss = try host.cell(CellName.faiss) {
      let generation = try await current()
      return try await threads.run { try factories.faiss(generation) }
    }
    let dense = DenseChannel(
      name: CellName.faiss, threads: threads,
      encode: { text in
        try await embedder.withValue { EncodedQuery(vector: Array(try await $0.embed([text]).row(0))) }
      }, index: { body in try await faiss.withValue { try await body($0) } })
    let bm25 = try host.cell(CellName.bm25) {
      let generation = try await current()
      return try await threads.run { try factories.bm25(generation) }
    }
    let keywords = BM25Channel(threads: threads) { body in try await bm25.withValue { try await body($0) } }
    let pipeline = HybridPipeline(settings: try FusionSettings.shipped())
    let needs = [CellName.embedder, CellName.chunks, CellName.faiss, CellName.bm25]
    hybrid = try host.cell(CellName.hybrid, dependsOn: needs) {
      let generation = try await current()
      // As the engine does: what a generation needs is open before anybody is answered from it.
      let dimension = try await faiss.withValue { $0.dimension }
      let rows = try await chunks.withValue { $0.count }
      let words = try await bm25.withValue { $0.count }
      let fits = try await embedder.withValue { $0.dimension == dimension } && rows > 0 && words == rows
      guard fits else { throw UnfitParts() }
      return OpenGeneration(
        set: SearchSet(
          generation: Int(generation.number), channels: [dense, keywords],
          select: { filter in try await chunks.withValue { try await RowSelection(filter, in: $0) } }
        ) { rows in
          try await chunks.withValue { try await $0.chunks(rows: rows) }
        }, pipeline: pipeline)
    }
    (self.host, self.threads, self.embedder, self.chunks) = (host, threads, embedder, chunks)
    (self.faiss, self.bm25) = (faiss, bm25)
    for cell in [embedder, chunks, faiss, bm25] as [any ManagedCell] { try registry.register(cell) }
    try registry.register(hybrid, dependsOn: needs)
  }

  struct UnfitParts: Error {}

  /// Answers one request, opening what is not open.
  func search(_ query: String) async throws -> SearchResponse {
    try await hybrid.withValue { try await $0.pipeline.search(SearchRequest(query: query, limit: 3), in: $0.set) }
  }

  /// What can be made ready beforehand.
  func targets() -> [PreloadTarget] {
    [
      target(embedder) { _ = try await $0.embed(["warmup"]) }, target(chunks) { _ = $0.count },
      target(faiss) { _ = $0.count }, target(bm25) { _ = $0.count },
      target(hybrid) { _ = try await $0.pipeline.search(SearchRequest(query: "warmup", limit: 1), in: $0.set) },
    ]
  }

  private func target<Payload>(
    _ cell: HostedCell<Payload>, warm: @escaping @Sendable (Payload) async throws -> Void
  ) -> PreloadTarget {
    PreloadTarget(
      name: cell.name, isReady: { cell.snapshot().initState == .ready }, warm: { try await cell.withValue(warm) })
  }

  /// The whole life: preload, serve, close.
  func life(_ plan: PreloadPlan) throws -> (readiness: Readiness, group: LifespanGroup) {
    let registry = registry
    let readiness = Readiness(required: plan.required, snapshots: { registry.snapshot() })
    let preloader = try Preloader(
      plan: plan, targets: targets(), cells: registry.iterate(), logger: Self.logger)
    return (
      readiness,
      LifespanGroup(
        lifespan: LifespanService(
          readiness: readiness, preloader: preloader, close: { try await registry.shutdown(silent: false) },
          logger: Self.logger),
        listeners: [], gate: DrainGate(readiness: readiness, delay: .zero, logger: Self.logger), logger: Self.logger)
    )
  }

  deinit { threads.stop() }
}
