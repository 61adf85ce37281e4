import Indexing
import Testing

@testable import Retrieval

/// A channel that scores what it is given, best row first where `order` says so.
private struct ScriptedRescorer: RescoringChannel {
  let name = "xtr"
  let order: [Int64]
  var failure: ScriptedFailure?
  var searchFailure: ScriptedFailure?
  var matchFailure: ScriptedFailure?

  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    if let searchFailure { throw searchFailure }
    return answer(order)
  }

  func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer {
    if let failure { throw failure }
    return answer(order.filter(Set(rows).contains))
  }

  func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]] {
    if let matchFailure { throw matchFailure }
    return Dictionary(
      uniqueKeysWithValues: chunks.map { chunk in
        (chunk.row, [TokenMatch(queryIndex: 0, documentIndex: Int(chunk.row), similarity: 0.5, queryToken: query.text)])
      })
  }

  private func answer(_ rows: [Int64]) -> ChannelAnswer {
    ChannelAnswer(hits: rows.enumerated().map { ChannelHit(row: $0.element, score: 100 - Double($0.offset)) })
  }
}

@Suite struct RescoringTests {
  typealias Fixture = PipelineFixture
  private let weights: [String: Double] = ["faiss": 1, "bm25": 1, "xtr": 3]

  @Test func `Asked with others it ranks what they found, and only that`() async throws {
    let set = Fixture.set([
      ScriptedChannel("faiss", rows: [1, 2]), ScriptedChannel("bm25", rows: [2, 4]),
      ScriptedRescorer(order: [900, 4, 1, 2]),
    ])
    let response = try await Fixture.pipeline(weights).search(SearchRequest(query: "q"), in: set)
    #expect(response.hits.map(\.id) == ["id-2", "id-4", "id-1"])
    #expect(response.hits[1].contributions.map(\.rank) == [nil, 2, 1])
    for hit in response.hits {
      #expect(abs(hit.contributions.reduce(0) { $0 + $1.contribution } - hit.score) < 1e-12)
    }
    #expect(response.stages.map(\.name) == ["faiss", "bm25", "xtr", "fusion", "hydration"])
  }

  @Test func `Asked alone it searches the whole index`() async throws {
    let set = Fixture.set([ScriptedChannel("faiss", rows: [1]), ScriptedRescorer(order: [900, 4])])
    let request = SearchRequest(query: "q", channels: ["xtr"])
    let response = try await Fixture.pipeline(weights).search(request, in: set)
    #expect(response.hits.map(\.id) == ["id-900", "id-4"])
    #expect(response.hits[0].contributions.map(\.state) == [.notAsked, .returned])
  }

  @Test func `Candidates beyond its share are absent, not ranked last`() async throws {
    let rows = (0..<150).map { Int64($0) }
    let set = Fixture.set([ScriptedChannel("faiss", rows: rows), ScriptedRescorer(order: rows.reversed())])
    let response = try await Fixture.pipeline(weights).search(SearchRequest(query: "q", limit: 150), in: set)
    #expect(response.hits.count == 150)
    let scored = response.hits.filter { $0.contributions[1].state == .returned }.map(\.id)
    #expect(Set(scored) == Set((0..<100).map { "id-\($0)" }))
    #expect(response.hits.first { $0.id == "id-120" }?.contributions[1].state == .absent)
    #expect(response.limits == ["xtr: only the first 100 of 150 candidates were scored"])
  }

  @Test func `When it fails the others' order stands and the reason is a limit`() async throws {
    let set = Fixture.set([
      ScriptedChannel("faiss", rows: [1, 2]), ScriptedRescorer(order: [2, 1], failure: ScriptedFailure()),
    ])
    let response = try await Fixture.pipeline(weights).search(SearchRequest(query: "q"), in: set)
    #expect(response.hits.map(\.id) == ["id-1", "id-2"])
    #expect(response.limits == ["xtr could not answer: the index is on fire"])
    #expect(response.hits[0].contributions.map(\.state) == [.returned, .failed])
  }

  @Test(arguments: [true, false])
  func `With nothing to score it searches by itself, and says so`(fails: Bool) async throws {
    let faiss = ScriptedChannel("faiss") { _, _ in
      if fails { throw ScriptedFailure() }
      return ChannelAnswer(hits: [])
    }
    let set = Fixture.set([faiss, ScriptedRescorer(order: [900, 4])])
    let response = try await Fixture.pipeline(weights).search(SearchRequest(query: "q"), in: set)
    #expect(response.hits.map(\.id) == ["id-900", "id-4"])
    let alone = "xtr: the channels it waits for gave it nothing to score, so it searched the whole index by itself"
    #expect(response.limits == (fails ? ["faiss could not answer: the index is on fire", alone] : [alone]))
    #expect(response.hits[0].contributions.map(\.state) == [fails ? .failed : .absent, .returned])
    #expect(response.stages.map(\.name) == ["faiss", "xtr", "fusion", "hydration"])
  }

  @Test func `When it fails with all others the error names each`() async throws {
    let faiss = ScriptedChannel("faiss") { _, _ in throw ScriptedFailure() }
    let set = Fixture.set([faiss, ScriptedRescorer(order: [1], searchFailure: ScriptedFailure())])
    let error = await #expect(throws: RetrievalError.self) {
      try await Fixture.pipeline(weights).search(SearchRequest(query: "q"), in: set)
    }
    #expect(error?.code == .allChannelsFailed)
    #expect(error?.message.contains("faiss: the index") == true && error?.message.contains("xtr: the index") == true)
  }

  @Test func `When it fails by itself, too, nothing is said of a search that was none`() async throws {
    let faiss = ScriptedChannel("faiss") { _, _ in ChannelAnswer(hits: []) }
    let set = Fixture.set([faiss, ScriptedRescorer(order: [1], searchFailure: ScriptedFailure())])
    let response = try await Fixture.pipeline(weights).search(SearchRequest(query: "q"), in: set)
    #expect(response.hits.isEmpty && response.limits == ["xtr could not answer: the index is on fire"])
  }

  @Test func `Token matches that cannot be had are a limit`() async throws {
    let rescorer = ScriptedRescorer(order: [2, 1], matchFailure: ScriptedFailure())
    let set = Fixture.set([ScriptedChannel("faiss", rows: [1, 2]), rescorer])
    let response = try await Fixture.pipeline(weights).search(SearchRequest(query: "q", matchesTokens: true), in: set)
    #expect(response.hits.count == 2)
    #expect(response.limits == ["xtr cannot say which tokens matched: the index is on fire"])
  }

  @Test func `Token matches come where they are asked for`() async throws {
    let set = Fixture.set([ScriptedChannel("faiss", rows: [1, 2]), ScriptedRescorer(order: [2, 1])])
    let pipeline = try Fixture.pipeline(weights)
    let silent = try await pipeline.search(SearchRequest(query: "q"), in: set)
    #expect(silent.hits.allSatisfy { $0.contributions.allSatisfy { $0.tokenMatches == nil } })
    let explained = try await pipeline.search(SearchRequest(query: "q", matchesTokens: true), in: set)
    for hit in explained.hits {
      #expect(hit.contributions[0].tokenMatches == nil)
      #expect(hit.contributions[1].tokenMatches?.map { "id-\($0.documentIndex)" } == [hit.id])
    }
  }
}
