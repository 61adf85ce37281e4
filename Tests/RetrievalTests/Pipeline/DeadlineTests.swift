import Indexing
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@testable import Retrieval

/// A channel that gives no answer until it is cancelled, or, when it does not listen to that, until it is let go.
private final class HangingChannel: RescoringChannel {
  let name: String
  private let listens: Bool
  private let (letGo, release) = AsyncStream.makeStream(of: Void.self)
  private let (ended, end) = AsyncStream.makeStream(of: Void.self)
  private let state = Mutex((entered: false, cancelled: false))

  init(_ name: String, listens: Bool = true) {
    self.name = name
    self.listens = listens
  }

  var hasEntered: Bool { state.withLock { $0.entered } }
  var wasCancelled: Bool { state.withLock { $0.cancelled } }

  func go() { release.finish() }
  func waitForEnd() async { for await _ in ended { return } }

  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    state.withLock { $0.entered = true }
    if listens {
      for await _ in letGo {}
    } else {
      // A task of its own hears nothing of the cancellation.
      await Task { for await _ in letGo {} }.value
    }
    let cancelled = Task.isCancelled
    state.withLock { $0.cancelled = cancelled }
    end.yield()
    try Task.checkCancellation()
    return ChannelAnswer(hits: [])
  }

  func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer { try await search(query, limit: 1) }
  func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]] { [:] }
}

/// The same as a channel that finds by itself.
private struct HangingFinder: RetrievalChannel {
  let inner: HangingChannel
  var name: String { inner.name }
  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    try await inner.search(query, limit: limit)
  }
}

/// A stage clock that stands still and counts.
private final class Readings: Sendable {
  private let value = Atomic<Int>(0)
  var count: Int { value.load(ordering: .sequentiallyConsistent) }
  var clock: StageClock {
    StageClock { [self] in
      value.add(1, ordering: .sequentiallyConsistent)
      return .zero
    }
  }
}

/// What happens to a search whose channels take too long. Time is the test's.
@Suite struct DeadlineTests {
  typealias Fixture = PipelineFixture
  private let clock = ManualClock()
  /// How often the pipeline looked at its stage clock: once when a channel is asked, once when it has answered or not.
  private let readings = Readings()
  private let keywords = ScriptedChannel("bm25", rows: [5, 6])

  private func pipeline(budget: Duration? = nil, _ weights: [String: Double] = ["faiss": 1, "bm25": 1]) throws
    -> HybridPipeline
  {
    try Fixture.pipeline(weights, clock: readings.clock, budget: budget, timer: CellClock(clock))
  }

  /// Lets `duration` pass as soon as `channel` was asked, so that its time is being measured, and `others` have answered.
  private func pass(_ duration: Duration, when channel: HangingChannel, others: Int = 1) async {
    while !channel.hasEntered || readings.count < 1 + 2 * others { await Task.yield() }
    clock.advance(by: duration)
  }

  @Test func `A channel beyond its budget is cancelled and left out, the others answer`() async throws {
    let dense = HangingChannel("faiss")
    async let response = pipeline(budget: .seconds(2)).search(
      SearchRequest(query: "q"), in: Fixture.set([HangingFinder(inner: dense), keywords]))
    await pass(.seconds(2), when: dense)
    let answer = try await response
    #expect(answer.hits.map(\.id) == ["id-5", "id-6"])
    #expect(answer.limits == ["faiss gave no answer within 2000 ms and was left out"])
    #expect(answer.hits[0].contributions.map(\.state) == [.failed, .returned])
    #expect(answer.stages.map(\.name) == ["faiss", "bm25", "fusion", "hydration"])
    await dense.waitForEnd()
    #expect(dense.wasCancelled)
  }

  @Test(arguments: [(Duration.seconds(1), 800), (Duration.seconds(20), 19_500), (Duration.milliseconds(100), 80)])
  func `A deadline leaves time for what comes after the channels`(deadline: Duration, milliseconds: Int) async throws {
    let dense = HangingChannel("faiss")
    async let response = pipeline().search(
      SearchRequest(query: "q", deadline: deadline), in: Fixture.set([HangingFinder(inner: dense), keywords]))
    await pass(.milliseconds(milliseconds), when: dense)
    #expect(try await response.limits == ["faiss gave no answer within \(milliseconds) ms and was left out"])
  }

  @Test func `The narrower of budget and deadline counts`() async throws {
    let dense = HangingChannel("faiss")
    async let response = pipeline(budget: .milliseconds(300)).search(
      SearchRequest(query: "q", deadline: .seconds(20)), in: Fixture.set([HangingFinder(inner: dense), keywords]))
    await pass(.milliseconds(300), when: dense)
    #expect(try await response.limits == ["faiss gave no answer within 300 ms and was left out"])
  }

  @Test func `A channel that hears nothing of its cancellation delays no answer`() async throws {
    let dense = HangingChannel("faiss", listens: false)
    async let response = pipeline(budget: .seconds(1)).search(
      SearchRequest(query: "q"), in: Fixture.set([HangingFinder(inner: dense), keywords]))
    await pass(.seconds(1), when: dense)
    #expect(try await response.hits.count == 2)
    dense.go()
    await dense.waitForEnd()
    #expect(dense.wasCancelled)
  }

  @Test func `When every channel is late the search is`() async throws {
    let dense = HangingChannel("faiss")
    let set = Fixture.set([HangingFinder(inner: dense)])
    let search = Task { try await pipeline(budget: .seconds(1)).search(SearchRequest(query: "q"), in: set) }
    await pass(.seconds(1), when: dense, others: 0)
    let error = await #expect(throws: RetrievalError.self) { try await search.value }
    #expect(error?.code == .deadlineExceeded)
    #expect(error?.message.contains("faiss gave no answer within 1000 ms") == true)
    let unbounded = try pipeline()
    let none = await #expect(throws: RetrievalError.self) {
      try await unbounded.search(SearchRequest(query: "q", deadline: .zero), in: Fixture.set([keywords]))
    }
    #expect(none?.code == .deadlineExceeded)
    #expect(none?.message.contains("no time was left") == true)
  }

  @Test func `One late and one broken channel are both told`() async throws {
    let dense = HangingChannel("faiss")
    let broken = ScriptedChannel("bm25") { _, _ in throw ScriptedFailure() }
    let set = Fixture.set([HangingFinder(inner: dense), broken])
    let search = Task { try await pipeline(budget: .seconds(1)).search(SearchRequest(query: "q"), in: set) }
    await pass(.seconds(1), when: dense)
    let error = await #expect(throws: RetrievalError.self) { try await search.value }
    #expect(error?.code == .allChannelsFailed)
    #expect(error?.message.contains("on fire") == true && error?.message.contains("1000 ms") == true)
  }

  @Test func `A late rescoring channel leaves the others' order`() async throws {
    let xtr = HangingChannel("xtr")
    async let response = pipeline(["bm25": 1, "xtr": 3]).search(
      SearchRequest(query: "q", deadline: .seconds(1)), in: Fixture.set([keywords, xtr]))
    await pass(.milliseconds(800), when: xtr)
    let answer = try await response
    #expect(answer.hits.map(\.id) == ["id-5", "id-6"])
    #expect(answer.limits == ["xtr gave no answer within 800 ms and was left out"])
    #expect(answer.hits[0].contributions.map(\.state) == [.returned, .failed])
  }

  @Test func `Channels that find leave a third of the time to one that rescores`() async throws {
    let dense = HangingChannel("faiss")
    let order = ScriptedOrder(name: "xtr", order: [6, 5])
    async let response = pipeline(["faiss": 1, "bm25": 1, "xtr": 3]).search(
      SearchRequest(query: "q", deadline: .seconds(3)),
      in: Fixture.set([HangingFinder(inner: dense), keywords, order]))
    // 3 s less 0.5 s, two thirds of it.
    await pass(.milliseconds(1667), when: dense)
    let answer = try await response
    #expect(answer.hits.map(\.id) == ["id-6", "id-5"])
    #expect(answer.limits == ["faiss gave no answer within 1666 ms and was left out"])
  }

  @Test func `When all that it waits for are late, one that rescores has a third of the time to search`() async throws {
    let dense = HangingChannel("faiss")
    let order = ScriptedOrder(name: "xtr", order: [6, 5])
    async let response = pipeline(["faiss": 1, "xtr": 3]).search(
      SearchRequest(query: "q", deadline: .seconds(3)), in: Fixture.set([HangingFinder(inner: dense), order]))
    await pass(.milliseconds(1667), when: dense, others: 0)
    let answer = try await response
    #expect(answer.hits.map(\.id) == ["id-6", "id-5"])
    #expect(answer.limits.count == 2 && answer.limits[0] == "faiss gave no answer within 1666 ms and was left out")
  }

  @Test func `A cancelled search within its deadline throws CancellationError`() async throws {
    let dense = HangingChannel("faiss")
    let pipeline = try pipeline(budget: .seconds(60))
    let set = Fixture.set([HangingFinder(inner: dense), keywords])
    let search = Task { try await pipeline.search(SearchRequest(query: "q"), in: set) }
    while !dense.hasEntered { await Task.yield() }
    search.cancel()
    await #expect(throws: CancellationError.self) { try await search.value }
    await dense.waitForEnd()
    #expect(dense.wasCancelled)
  }
}

/// Ranks what it is given.
private struct ScriptedOrder: RescoringChannel {
  let name: String
  let order: [Int64]

  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    try await rescore(query, rows: order)
  }

  func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer {
    let rows = order.filter(Set(rows).contains)
    return ChannelAnswer(hits: rows.enumerated().map { ChannelHit(row: $0.element, score: 9 - Double($0.offset)) })
  }

  func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]] { [:] }
}
