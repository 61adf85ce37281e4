import Foundation
import Synchronization
import Testing

@testable import Retrieval

@Suite struct HybridPipelineTests {
  typealias Fixture = PipelineFixture

  @Test func `Hits are fused, in order, hydrated and stamped`() async throws {
    let response = try await Fixture.pipeline().search(
      SearchRequest(query: "  graceful shutdown \n", limit: 3),
      in: Fixture.set([ScriptedChannel("faiss", rows: [1, 2, 3]), ScriptedChannel("bm25", rows: [2, 4])]))
    #expect(response.query == "graceful shutdown")
    #expect(response.generation == 3)
    #expect(response.hits.map(\.id) == ["id-2", "id-1", "id-4"])
    #expect(response.hits.map(\.symbol) == ["f2", nil, "f4"])
    #expect(response.hits[0].startLine == 3)
    #expect(response.limits.isEmpty)
    for hit in response.hits {
      #expect(abs(hit.contributions.reduce(0) { $0 + $1.contribution } - hit.score) < 1e-12)
      #expect(hit.contributions.map(\.channel) == ["faiss", "bm25"])
    }
  }

  @Test func `Pages continue each other`() async throws {
    let set = Fixture.set([
      ScriptedChannel("faiss", rows: Array(0..<40)), ScriptedChannel("bm25", rows: (0..<40).reversed()),
    ])
    let pipeline = try Fixture.pipeline()
    let whole = try await pipeline.search(SearchRequest(query: "q", limit: 30), in: set).hits
    var pages: [SearchHit] = []
    for offset in stride(from: 0, to: 30, by: 10) {
      pages += try await pipeline.search(SearchRequest(query: "q", limit: 10, offset: offset), in: set).hits
    }
    #expect(pages == whole)
    let beyond = try await pipeline.search(SearchRequest(query: "q", limit: 10, offset: 100), in: set)
    #expect(beyond.hits.isEmpty)
  }

  @Test func `For a page beyond the window the channels are asked for more`() async throws {
    let pipeline = try Fixture.pipeline(window: 50)
    let asked = Mutex<[Int]>([])
    let set = Fixture.set([
      ScriptedChannel("faiss") { _, limit in
        asked.withLock { $0.append(limit) }
        return ChannelAnswer(hits: (0..<limit).map { ChannelHit(row: Int64($0), score: -Double($0)) })
      }
    ])
    let first = try await pipeline.search(SearchRequest(query: "q", limit: 60), in: set)
    #expect(first.hits.count == 60)
    #expect(first.limits.isEmpty)
    let later = try await pipeline.search(SearchRequest(query: "q", limit: 10, offset: 45), in: set)
    #expect(later.hits.map(\.id) == (45..<55).map { "id-\($0)" })
    #expect(
      later.limits.count == 1 && later.limits[0].hasPrefix("fusion: the page ends beyond 50 hits a channel, so 55"))
    _ = try await pipeline.search(SearchRequest(query: "q", limit: 10, offset: 40), in: set)
    #expect(asked.withLock { $0 } == [60, 55, 50])
  }

  @Test func `A page beyond the most that channels are asked for names both`() async throws {
    let pipeline = try Fixture.pipeline(window: 50)
    let error = await #expect(throws: RetrievalError.self) {
      try await pipeline.search(
        SearchRequest(query: "q", limit: 10, offset: 9_995), in: Fixture.set([ScriptedChannel("faiss", rows: [1])]))
    }
    #expect(error?.code == .page)
    #expect(error?.expected == "offset + limit <= 10000")
    #expect(error?.actual == "offset 9995, limit 10")
  }

  @Test func `A request's constant counts for it alone, and one that is none is refused`() async throws {
    let pipeline = try Fixture.pipeline()
    let set = Fixture.set([ScriptedChannel("faiss", rows: [1])])
    let hit = try #require(try await pipeline.search(SearchRequest(query: "q", k: 60), in: set).hits.first)
    #expect(hit.contributions[0].k == 60 && hit.score == 1.0 / 61)
    #expect(try await pipeline.search(SearchRequest(query: "q"), in: set).hits.first?.score == 1.0 / 11)
    for k in [0.0, -1, .nan, .infinity] {
      await #expect(throws: RetrievalError(.fusionSettings, "")) {
        try await pipeline.search(SearchRequest(query: "q", k: k), in: set)
      }
    }
  }

  @Test func `A failing channel is a limit and the others answer`() async throws {
    let response = try await Fixture.pipeline().search(
      SearchRequest(query: "q"),
      in: Fixture.set([
        ScriptedChannel("faiss") { _, _ in throw ScriptedFailure() }, ScriptedChannel("bm25", rows: [5]),
      ]))
    #expect(response.hits.map(\.id) == ["id-5"])
    #expect(response.limits == ["faiss could not answer: the index is on fire"])
    #expect(response.hits[0].contributions.map(\.state) == [.failed, .returned])
    #expect(response.stages.map(\.name) == ["faiss", "bm25", "fusion", "hydration"])
  }

  @Test func `All channels failing is an error that names each`() async throws {
    let pipeline = try Fixture.pipeline()
    let error = await #expect(throws: RetrievalError.self) {
      try await pipeline.search(
        SearchRequest(query: "q"),
        in: Fixture.set(["faiss", "bm25"].map { ScriptedChannel($0) { _, _ in throw ScriptedFailure() } }))
    }
    #expect(error?.code == .allChannelsFailed)
    #expect(error?.message.contains("faiss: the index is on fire; bm25: the index is on fire") == true)
    #expect(error?.underlying is ScriptedFailure)
  }

  @Test(arguments: [Double.nan, .infinity]) func `A score that is not finite fails its channel`(score: Double)
    async throws
  {
    let response = try await Fixture.pipeline().search(
      SearchRequest(query: "q"),
      in: Fixture.set([
        ScriptedChannel("faiss") { _, _ in ChannelAnswer(hits: [ChannelHit(row: 1, score: score)]) },
        ScriptedChannel("bm25", rows: [5]),
      ]))
    #expect(response.hits.map(\.id) == ["id-5"])
    #expect(response.limits.count == 1)
    #expect(response.limits[0].contains("retrieval.channel-answer"))
  }

  @Test func `Channels that were not asked for are shown as such`() async throws {
    let asked = Mutex<[String]>([])
    let channels = ["faiss", "bm25", "splade"].map { name in
      ScriptedChannel(name) { _, _ in
        asked.withLock { $0.append(name) }
        return ChannelAnswer(hits: [ChannelHit(row: 1, score: 1)])
      }
    }
    let response = try await Fixture.pipeline().search(
      SearchRequest(query: "q", channels: ["bm25"]), in: Fixture.set(channels))
    #expect(asked.withLock { $0 } == ["bm25"])
    #expect(response.hits[0].contributions.map(\.state) == [.notAsked, .returned, .notAsked])
  }

  @Test func `A request that leaves no channel is refused`() async throws {
    let pipeline = try Fixture.pipeline()
    await #expect(throws: RetrievalError(.noChannel, "")) {
      try await pipeline.search(
        SearchRequest(query: "q", channels: ["xtr"]), in: Fixture.set([ScriptedChannel("faiss", rows: [1])]))
    }
  }

  @Test(arguments: ["not built", "It is damaged."])
  func `Each reason of such a refusal ends in one full stop`(reason: String) async throws {
    var parts = Fixture.set([ScriptedChannel("faiss", rows: [1])])
    parts.missing = ["xtr": reason]
    let set = parts
    let pipeline = try Fixture.pipeline()
    let error = await #expect(throws: RetrievalError.self) {
      try await pipeline.search(SearchRequest(query: "q", channels: ["xtr"]), in: set)
    }
    let sentence = reason.hasSuffix(".") ? reason : reason + "."
    #expect(error?.message == "No channel is left to ask. xtr: \(sentence) This index has faiss.")
  }

  @Test(arguments: ["", "   ", "\n\t\u{00A0}"]) func `A query without a word is refused`(query: String) async throws {
    let pipeline = try Fixture.pipeline()
    await #expect(throws: RetrievalError(.queryEmpty, "")) {
      try await pipeline.search(SearchRequest(query: query), in: Fixture.set([ScriptedChannel("faiss", rows: [1])]))
    }
  }

  @Test(arguments: [(0, 0), (-1, 0), (10, -1), (Int.max, Int.max)])
  func `A page without sense is refused`(limit: Int, offset: Int) async throws {
    let pipeline = try Fixture.pipeline()
    await #expect(throws: RetrievalError(.page, "")) {
      try await pipeline.search(
        SearchRequest(query: "q", limit: limit, offset: offset), in: Fixture.set([ScriptedChannel("faiss", rows: [1])]))
    }
  }

  @Test(arguments: ["\"", "*", "@", "AND", ":", "a AND (b", "🙂👩‍👩‍👧", "NEAR(", "'; DROP TABLE", "\0"])
  func `Special characters reach the channels as they are`(query: String) async throws {
    let seen = Mutex("")
    _ = try await Fixture.pipeline().search(
      SearchRequest(query: query),
      in: Fixture.set([
        ScriptedChannel("faiss") { query, _ in
          seen.withLock { $0 = query.text }
          return ChannelAnswer(hits: [])
        }
      ]))
    #expect(seen.withLock { $0 } == query)
  }

  @Test func `A query of 65537 characters is refused and one of 10000 is not`() async throws {
    let pipeline = try Fixture.pipeline()
    let set = Fixture.set([ScriptedChannel("faiss", rows: [1])])
    let long = String(repeating: "shutdown ", count: 1_112)
    #expect(try await pipeline.search(SearchRequest(query: long), in: set).hits.count == 1)
    await #expect(throws: RetrievalError(.queryTooLong, "")) {
      try await pipeline.search(SearchRequest(query: String(repeating: "x", count: 65_537)), in: set)
    }
  }

  @Test func `A cancelled search throws CancellationError, not a channel's failure`() async throws {
    let pipeline = try Fixture.pipeline()
    let (entered, enter) = AsyncStream.makeStream(of: Void.self)
    let set = Fixture.set(
      ["faiss", "bm25"].map { name in
        ScriptedChannel(name) { _, _ in
          enter.yield()
          // Suspends until the search is cancelled.
          let (forever, end) = AsyncStream.makeStream(of: Void.self)
          for await _ in forever {}
          end.finish()
          try Task.checkCancellation()
          return ChannelAnswer(hits: [])
        }
      })
    let search = Task { try await pipeline.search(SearchRequest(query: "q"), in: set) }
    for await _ in entered { break }
    search.cancel()
    await #expect(throws: CancellationError.self) { try await search.value }
  }

  @Test func `Rows the store lacks are a limit, and an error when nothing is left`() async throws {
    let pipeline = try Fixture.pipeline()
    let channel = ScriptedChannel("faiss", rows: [1, 2_000, 3])
    let response = try await pipeline.search(SearchRequest(query: "q"), in: Fixture.set([channel]))
    #expect(response.hits.map(\.id) == ["id-1", "id-3"])
    #expect(response.limits == ["hydration: 1 of 3 hits have no chunk in the store and were left out"])
    await #expect(throws: RetrievalError(.hydration, "")) {
      try await pipeline.search(SearchRequest(query: "q"), in: Fixture.set([channel], rows: 5..<6))
    }
  }

  @Test func `Stages take their times from the injected clock`() async throws {
    let ticks = Atomic<Int>(0)
    let clock = StageClock { .milliseconds(ticks.wrappingAdd(5, ordering: .relaxed).newValue) }
    let response = try await Fixture.pipeline(clock: clock).search(
      SearchRequest(query: "q"), in: Fixture.set([ScriptedChannel("faiss", rows: [1, 2])]))
    #expect(response.stages.map(\.durationMilliseconds) == [5, 5, 5])
    #expect(response.stages.map(\.candidates) == [2, 2, 2])
  }
}
