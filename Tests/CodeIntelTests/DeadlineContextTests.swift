import CellContract
import CodeIntel
import Embedding
import EngineTesting
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells
import RuntimeCellsTesting
import Testing

/// Parts of the engine that take too long or are in use: the answer comes without them. Time is the test's.
@Suite struct DeadlineContextTests {
  private let tree: TemporaryTree
  private let server = ScriptedEmbeddingServer()
  private let clock = ManualClock()

  init() throws { tree = try TemporaryTree() }

  private func context(_ environment: [String: String] = [:]) throws -> ApplicationContext {
    var factories = ContextFactories.live
    let server = server
    factories.embedder = { _ in try await server.client() }
    let settings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "1", "CODEINTEL_EMBEDDER_URL": "http://server.test",
      ].merging(environment) { $1 }
    ).settings
    return try ApplicationContext(
      settings: settings, factories: factories, cells: CellConfiguration(clock: CellClock(clock)))
  }

  /// A wide gate at the keywords, because it counts who passed.
  private static let countedKeywords = ["CODEINTEL_CELL_GATES": "bm25:100"]

  private static func users(of context: ApplicationContext) -> Int {
    context.snapshot().first { $0.name == "bm25" }?.usersSoFar ?? 0
  }

  /// Waits until `count` users have passed the gate of the keywords and are done.
  private func keywordsWereUsed(_ count: Int, in context: ApplicationContext) async {
    func isDone() -> Bool {
      guard let row = context.snapshot().first(where: { $0.name == "bm25" }) else { return false }
      return row.usersSoFar >= count && row.leases == 0
    }
    while !isDone() { await Task.yield() }
  }

  private func index() async throws {
    let writer = try context()
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await writer.shutdown()
  }

  @Test func `a server that hangs costs its channel, not the answer`() async throws {
    try await index()
    let context = try context(Self.countedKeywords)
    #expect(try await context.search(SearchRequest(query: "water")).limits.isEmpty)
    server.become(.hanging)
    let before = server.paths.count
    let used = Self.users(of: context)
    let search = Task { try await context.search(SearchRequest(query: "plants", deadline: .seconds(1))) }
    while server.paths.count == before { await Task.yield() }
    await keywordsWereUsed(used + 1, in: context)
    clock.advance(by: .milliseconds(800))
    let response = try await search.value
    #expect(response.hits.first?.path == "Sources/Garden.swift")
    #expect(response.limits == ["faiss gave no answer within 800 ms and was left out"])
    server.become(.well)
    #expect(try await context.search(SearchRequest(query: "soup")).limits.isEmpty)
    try await context.shutdown()
  }

  @Test func `a server that hangs from the start is waited for no longer than the budget`() async throws {
    try await index()
    server.become(.hanging)
    let context = try context(Self.countedKeywords.merging(["CODEINTEL_SEARCH_CHANNEL_BUDGET_SECONDS": "3"]) { $1 })
    let opening = Task { try await context.search(SearchRequest(query: "water", channels: ["bm25"])) }
    while clock.sleeperCount == 0 { await Task.yield() }
    clock.advance(by: .seconds(2))
    #expect(try await opening.value.limits.isEmpty)
    let used = Self.users(of: context)
    let search = Task { try await context.search(SearchRequest(query: "water plants")) }
    await keywordsWereUsed(used + 1, in: context)
    while clock.sleeperCount == 0 { await Task.yield() }
    clock.advance(by: .seconds(3))
    let response = try await search.value
    #expect(response.hits.first?.path == "Sources/Garden.swift")
    #expect(response.limits == ["faiss gave no answer within 3000 ms and was left out"])
    let hybrid = try #require(context.cellTable().first { $0.name == "hybrid" })
    #expect(hybrid.limits.contains { $0.hasPrefix("when it was opened: vllm: ") })
    server.become(.well)
    try await context.shutdown()
  }

  @Test func `a model that came late is compared with the index before it is asked`() async throws {
    try await index()
    var factories = ContextFactories.live
    let arrived = AsyncStream.makeStream(of: Void.self)
    factories.embedder = { _ in
      for await _ in arrived.stream {}
      return HashingEmbedder(dimension: 2)
    }
    let settings = try Settings.load(
      environment: ["CODEINTEL_INDEX": tree.index, "CODEINTEL_EMBEDDER_URL": "http://server.test"]
    ).settings
    let context = try ApplicationContext(
      settings: settings, factories: factories, cells: CellConfiguration(clock: CellClock(clock)))
    let opening = Task { try await context.hybrid.withValue { _ in } }
    while clock.sleeperCount == 0 { await Task.yield() }
    clock.advance(by: .seconds(2))
    try await opening.value
    arrived.continuation.finish()
    let response = try await context.search(SearchRequest(query: "water"))
    #expect(!response.hits.isEmpty)
    #expect(response.limits.count == 1 && response.limits[0].contains("retrieval.model-mismatch"))
    try await context.shutdown()
  }

  @Test func `an index that does not open in time is told as lateness`() async throws {
    var factories = ContextFactories.live
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    factories.embedder = { _ in
      for await _ in gate {}
      return HashingEmbedder()
    }
    try await index()
    let settings = try Settings.load(environment: ["CODEINTEL_INDEX": tree.index]).settings
    let context = try ApplicationContext(
      settings: settings, factories: factories, cells: CellConfiguration(clock: CellClock(clock)))
    let search = Task { try await context.search(SearchRequest(query: "water", deadline: .seconds(1))) }
    while clock.sleeperCount == 0 { await Task.yield() }
    clock.advance(by: .seconds(1))
    let error = await #expect(throws: RetrievalError.self) { try await search.value }
    #expect(error?.code == .deadlineExceeded)
    #expect(ProblemReport(try #require(error)).problem.type == "/problems/deadline-exceeded")
    open.finish()
    try await context.shutdown()
  }

  @Test func `a cell whose gate is full costs its channel, not the answer`() async throws {
    try await index()
    let context = try context(["CODEINTEL_CELL_GATES": "vllm:1:0"])
    #expect(try await context.search(SearchRequest(query: "water")).limits.isEmpty)
    let crowded = try await context.embedder.withValue { _ in
      // Somebody else's task: one that held the cell twice would be a mistake of its own.
      try await Task.detached { try await context.search(SearchRequest(query: "plants")) }.value
    }
    #expect(crowded.hits.first?.path == "Sources/Garden.swift")
    #expect(crowded.limits.count == 1)
    #expect(crowded.limits[0].hasPrefix("faiss could not answer") && crowded.limits[0].contains("cell.overloaded"))
    #expect(try await context.search(SearchRequest(query: "soup")).limits.isEmpty)
    try await context.shutdown()
  }

  @Test func `a cell of a generation may have a gate too`() async throws {
    try await index()
    let context = try context(["CODEINTEL_CELL_GATES": "faiss:3,chunks:5:7"])
    _ = try await context.search(SearchRequest(query: "water"))
    let rows = context.snapshot()
    #expect(rows.first { $0.name == "faiss" }?.gateWaits != nil)
    #expect(rows.first { $0.name == "chunks" }?.gateWaits != nil)
    #expect(rows.first { $0.name == "vllm" }?.gateWaits == nil)
    try await context.shutdown()
  }
}

extension CellSnapshot {
  /// How many have passed the gate or given up at it.
  fileprivate var usersSoFar: Int { gateWaits.map { Int($0.count) } ?? 0 }
}
