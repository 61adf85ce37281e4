import CellContract
import CodeIntel
import EngineTesting
import Indexing
import Retrieval
import RuntimeCells
import Synchronization
import Testing

/// The cells inside a generation are seen like the context's own: whoever observes the engine observes them.
@Suite struct InnerCellEventsTests {
  /// Remembers every event, and gives out what it saw of a cell once a wanted event has come.
  private final class Watcher: CellObserver {
    private let events = Mutex<[CellEvent]>([])
    private let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)

    var delivery: CellDelivery { .lossless }

    func observe(_ event: CellEvent) {
      events.withLock { $0.append(event) }
      arrived.yield()
    }

    /// What was seen of `cell`, once one of its events passes `test`.
    func seen(of cell: String, until test: (CellEvent.Kind) -> Bool) async -> [CellEvent.Kind] {
      for await _ in arrivals {
        let kinds = events.withLock { $0 }.filter { $0.cell == cell }.map(\.kind)
        if kinds.contains(where: test) { return kinds }
      }
      return []
    }
  }

  private static func context(_ tree: TemporaryTree, _ watcher: Watcher) throws -> ApplicationContext {
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder(tokens: HashingTokenEncoder()) }
    let settings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "1", "CODEINTEL_INDEX_CHANNELS": "xtr",
      ]
    ).settings
    return try ApplicationContext(
      settings: settings, factories: factories, cells: CellConfiguration(observers: [watcher]))
  }

  @Test(arguments: ["chunks", "faiss", "xtr", "xtr-runtime"])
  func `opening and closing a cell of a generation is told to the engine's observers`(cell: String) async throws {
    let tree = try TemporaryTree()
    let watcher = Watcher()
    let context = try Self.context(tree, watcher)
    _ = try await context.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    _ = try await context.search(SearchRequest(query: "water"))
    try await context.shutdown()
    let kinds = await watcher.seen(of: cell) { if case .closed = $0 { true } else { false } }
    let made = kinds.filter {
      if case .initialized(let end) = $0 { end.outcome == .success } else { false }
    }
    #expect(made.count == 1)
    #expect(kinds.contains { if case .initStarted = $0 { true } else { false } })
    #expect(kinds.contains { if case .disposed = $0 { true } else { false } })
  }
}
