import Indexing
import Synchronization
import Testing

@testable import Retrieval

@Suite struct FilterTests {
  typealias Fixture = PipelineFixture

  @Test func `A filter is resolved once, and its rows reach every channel`() async throws {
    let seen = Mutex<[RowSelection?]>([])
    let resolved = Mutex(0)
    let channels = ["faiss", "bm25"].map { name in
      ScriptedChannel(name) { query, _ in
        seen.withLock { $0.append(query.selection) }
        return ChannelAnswer(hits: [ChannelHit(row: 4, score: 1)])
      }
    }
    var set = Fixture.set(channels)
    set.select = { filter in
      resolved.withLock { $0 += 1 }
      #expect(filter.kinds == [.function])
      return RowSelection([4, 8])
    }
    let filter = try SearchFilter(kinds: ["function"])
    let response = try await Fixture.pipeline().search(SearchRequest(query: "q", filter: filter), in: set)
    #expect(seen.withLock { $0 } == [RowSelection([4, 8]), RowSelection([4, 8])])
    #expect(resolved.withLock { $0 } == 1)
    #expect(response.stages.map(\.name) == ["filter", "faiss", "bm25", "fusion", "hydration"])
    #expect(response.stages.first?.candidates == 2)
    #expect(response.limits.isEmpty)
  }

  @Test func `Without a filter no channel is restricted and no stage says so`() async throws {
    let channel = ScriptedChannel("faiss") { query, _ in
      #expect(query.selection == nil)
      return ChannelAnswer(hits: [])
    }
    for filter in [nil, try SearchFilter()] {
      let request = SearchRequest(query: "q", filter: filter)
      let response = try await Fixture.pipeline().search(request, in: Fixture.set([channel]))
      #expect(response.stages.map(\.name) == ["faiss", "fusion", "hydration"])
    }
  }

  @Test func `A filter that nothing passes is an empty page with a limit, and asks no channel`() async throws {
    let channel = ScriptedChannel("faiss") { _, _ in
      Issue.record("the channel was asked")
      return ChannelAnswer(hits: [])
    }
    let filter = try SearchFilter(
      paths: ["lib/**", "*.c"], excludedPaths: ["old"], languages: ["c"], kinds: ["macro", "class"])
    let response = try await Fixture.pipeline().search(
      SearchRequest(query: " q ", filter: filter), in: Fixture.set([channel]))
    #expect(response.hits.isEmpty)
    #expect(response.query == "q")
    #expect(
      response.limits == [
        "filter: generation 3 has no chunk that passes: path lib/** or *.c, not old, language c, kind class or macro"
      ])
    #expect(response.stages.map(\.name) == ["filter"])
  }

  @Test func `A rescoring channel gets the selection too`() async throws {
    let channel = SelectionRecorder()
    var set = Fixture.set([ScriptedChannel("faiss", rows: [1, 2]), channel])
    set.select = { _ in RowSelection([1, 2]) }
    let request = SearchRequest(query: "q", filter: try SearchFilter(languages: ["swift"]))
    _ = try await Fixture.pipeline(["faiss": 1, "xtr": 1]).search(request, in: set)
    #expect(channel.seen.withLock { $0 } == RowSelection([1, 2]))
  }

  @Test func `A failure to resolve is the search's failure`() async throws {
    var set = Fixture.set([ScriptedChannel("faiss", rows: [1])])
    set.select = { _ in throw ScriptedFailure() }
    let (pipeline, filter) = (try Fixture.pipeline(), try SearchFilter(languages: ["swift"]))
    await #expect(throws: ScriptedFailure.self) {
      try await pipeline.search(SearchRequest(query: "q", filter: filter), in: set)
    }
  }

  @Test func `Unknown names are refused with the known ones`() throws {
    let language = #expect(throws: RetrievalError.self) { try SearchFilter(languages: ["swift", "klingon"]) }
    #expect(language?.code == .filter)
    #expect(language?.actual == "klingon")
    #expect(language?.expected?.contains("python, r, restructuredtext") == true)
    let kind = #expect(throws: RetrievalError.self) { try SearchFilter(kinds: ["func"]) }
    #expect(kind?.code == .filter)
    #expect(kind?.expected == "one of \(SymbolKind.allCases.map(\.rawValue).joined(separator: ", "))")
    #expect(throws: IndexingError(.pathPattern, "")) { try SearchFilter(paths: ["[a"]) }
    #expect(throws: IndexingError(.pathPattern, "")) { try SearchFilter(excludedPaths: ["!a"]) }
    let many = #expect(throws: RetrievalError.self) { try SearchFilter(paths: Array(repeating: "a", count: 33)) }
    #expect(many?.expected == "at most 32")
  }
}

/// Remembers what it was asked to score.
private final class SelectionRecorder: RescoringChannel {
  let name = "xtr"
  let seen = Mutex<RowSelection?>(nil)

  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer { ChannelAnswer(hits: []) }

  func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer {
    seen.withLock { $0 = query.selection }
    return ChannelAnswer(hits: [])
  }

  func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]] { [:] }
}
