import CodeIntel
import EngineTesting
import Foundation
import Indexing
import Lifespan
import Synchronization

/// A real index of one generation on disk, and factories that count what they make.
final class HostedWorld: Sendable {
  struct NoModel: Error {}

  let tree: TemporaryTree
  let settings: Settings
  let factories: ContextFactories
  let counts = Counts()

  final class Counts: Sendable {
    private let state = Mutex((counts: [String: Int](), hasModel: true))
    func add(_ name: String) { state.withLock { $0.counts[name, default: 0] += 1 } }
    var all: [String: Int] { state.withLock { $0.counts } }
    var hasModel: Bool { state.withLock { $0.hasModel } }
    func removeModel() { state.withLock { $0.hasModel = false } }
  }

  init() async throws {
    let tree = try TemporaryTree()
    let settings = Settings(environment: [:], indexPath: tree.index, computeThreads: 2)
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let writer = try ApplicationContext(settings: settings, factories: factories)
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await writer.shutdown()
    let live = factories
    let counts = counts
    factories.embedder = { _ in
      counts.add("vllm")
      guard counts.hasModel else { throw NoModel() }
      return HashingEmbedder()
    }
    factories.chunks = {
      counts.add("chunks")
      return try live.chunks($0)
    }
    factories.faiss = {
      counts.add("faiss")
      return try live.faiss($0)
    }
    factories.bm25 = {
      counts.add("bm25")
      return try live.bm25($0)
    }
    (self.tree, self.settings, self.factories) = (tree, settings, factories)
  }

  /// Runs a life until `body` returns, then stops it as SIGTERM does.
  static func run(
    _ life: (readiness: Readiness, group: LifespanGroup), _ body: @Sendable () async throws -> Void
  ) async throws {
    let (signals, send) = AsyncStream.makeStream(of: ProcessSignal.self)
    async let running: Void = life.group.run(signals: signals, leave: { _ in })
    try await life.readiness.reached(.ready)
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    send.yield(.stop(exitCode: 143))
    try await running
    try result.get()
  }
}
