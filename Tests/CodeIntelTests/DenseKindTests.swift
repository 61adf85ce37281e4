import EngineTesting
import Indexing
import Lifespan
import Retrieval
import RuntimeCells
import Testing

@testable import CodeIntel

/// The kind of the dense index from the settings to what its cell says of itself.
@Suite struct DenseKindTests {
  private static func context(_ tree: TemporaryTree, _ variables: [String: String]) async throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let environment = ["CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "1", "SKIP_GPU_WARMUP": "0"]
    let settings = try Settings.load(environment: environment.merging(variables) { _, new in new }).settings
    let context = try ApplicationContext(settings: settings, factories: factories)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    return context
  }

  private static func dense(_ context: ApplicationContext) throws -> CellStatus {
    try #require(context.cellTable().map { CellStatus($0) }.first { $0.name == "faiss" })
  }

  @Test(arguments: ["flat", "hnsw", "ivf-sq8", "ivf-pq"], ["0", "1"])
  func `the estimate is that of the kind, and what cannot be mapped says so`(kind: String, mmap: String) async throws {
    let tree = try TemporaryTree()
    let context = try await Self.context(tree, ["CODEINTEL_INDEX_KIND": kind, "CODEINTEL_INDEX_MMAP": mmap])
    let hits = try await context.search(SearchRequest(query: "water")).hits
    #expect(!hits.isEmpty)
    let status = try Self.dense(context)
    let (number, isMapped) = try await context.hybrid.withValue { set in
      try await set.withDenseIndex { (set.generation.manifest.chunks, $0.index.isMapped) }
    }
    #expect(isMapped == (kind.hasPrefix("ivf-") && mmap == "1"))
    let expected = FaissIndex.estimatedBytes(
      count: number, dimension: 64, kind: try #require(DenseIndexSettings.kinds[kind]), isMapped: isMapped)
    #expect(status.estimatedBytes == UInt64(expected))
    let mapping = status.limits.filter { $0.hasPrefix("index.mmap: ") }
    #expect(mapping.count == (mmap == "1" && !kind.hasPrefix("ivf-") ? 1 : 0), "\(status.limits)")
    try await context.shutdown()
  }

  @Test(arguments: ["flat", "hnsw"], ["0", "1"])
  func `codes beside a flat index are asked for by the setting, and the estimate counts them`(
    kind: String, int8Scan: String
  ) async throws {
    let tree = try TemporaryTree()
    let context = try await Self.context(tree, ["CODEINTEL_INDEX_KIND": kind, "CODEINTEL_INDEX_INT8_SCAN": int8Scan])
    #expect(try await !context.search(SearchRequest(query: "water")).hits.isEmpty)
    let number = try await context.hybrid.withValue { $0.generation.manifest.chunks }
    let codes = kind == "flat" && int8Scan == "1" ? number * (64 + 8) : 0
    let plain = FaissIndex.estimatedBytes(
      count: number, dimension: 64, kind: try #require(DenseIndexSettings.kinds[kind]))
    #expect(try Self.dense(context).estimatedBytes == UInt64(plain + codes))
    let memory = try await context.hybrid.withValue { set in
      try await set.withDenseIndex { $0.index.memoryBytes }
    }
    if kind == "flat" { #expect(memory == plain + codes) }
    try await context.shutdown()
  }

  @Test func `the preload budget counts the estimate of the dense index, not the bytes of its file`() async throws {
    let tree = try TemporaryTree()
    let context = try await Self.context(tree, ["CODEINTEL_INDEX_KIND": "ivf-sq8", "CODEINTEL_INDEX_MMAP": "1"])
    let manifest = try #require(try GenerationStore(root: tree.index).current()?.manifest)
    let record = try #require(manifest.artifact("faiss"))
    let estimate = try #require(DenseIndex.estimatedBytes(record, isMapped: true))
    let others = manifest.artifacts.filter { $0.channel != "faiss" }.flatMap(\.files).reduce(0) { $0 + Int($1.bytes) }
    let target = try #require(context.preloadTargets().first { $0.name == "hybrid" })
    #expect(target.footprintBytes == UInt64(estimate + others))
    try await context.shutdown()
  }
}
