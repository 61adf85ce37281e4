import Indexing
import Testing

@testable import Retrieval

/// The fused row of an evaluation against the search itself, with a channel that rescores.
@Suite struct RescoredRunsTests {
  /// Scores by the question and the row alone, as late interaction does; alone it finds other rows first.
  private struct Rescorer: RescoringChannel {
    let name = "xtr"

    func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
      try await rescore(query, rows: Array(100..<400))
    }

    func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer {
      let scored = rows.filter { $0 != 7 }.map { row in
        ChannelHit(row: row, score: Double((row &* 31 &+ Int64(query.text.count) &* 17) % 101))
      }
      return ChannelAnswer(hits: scored.sorted(by: ChannelHit.precedes))
    }

    func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]] { [:] }
  }

  /// 400 numbered documents and three questions, all for the first document.
  private static func collection() throws -> JudgedCollection {
    let folder = try TemporaryFolder()
    func write(_ lines: [String], to name: String) throws {
      _ = try folder.write(Array(lines.joined(separator: "\n").utf8), to: name)
    }
    try write((0..<400).map { #"{"_id": "d\#($0)", "text": "\#($0)"}"# }, to: "corpus.jsonl")
    let questions = ["one", "two two", "three 3 3"].enumerated()
    try write(questions.map { #"{"_id": "q\#($0.offset)", "text": "\#($0.element)"}"# }, to: "queries.jsonl")
    try write(questions.map { "q\($0.offset)\td0\t1" }, to: "qrels.tsv")
    return try JudgedCollection(folder: folder.path)
  }

  private static func channels() -> [any RetrievalChannel] {
    [
      ScriptedChannel("faiss") { query, limit in
        ChannelAnswer(
          hits: (0..<Int64(150)).map {
            ChannelHit(row: ($0 * 7 + Int64(query.text.count)) % 400, score: 200 - Double($0))
          })
      },
      ScriptedChannel("bm25") { query, _ in
        // One question of which no word is known.
        ChannelAnswer(
          hits: query.text == "one" ? [] : (0..<Int64(60)).map { ChannelHit(row: $0 * 3, score: 60 - Double($0)) })
      }, Rescorer(),
    ]
  }

  @Test(
    arguments: [
      ["faiss": 1, "bm25": 0.4, "xtr": 2], ["faiss": 1, "bm25": 0, "xtr": 0.5], ["faiss": 0, "bm25": 1, "xtr": 1],
      ["faiss": 0, "bm25": 0, "xtr": 1], ["faiss": 1, "bm25": 1, "xtr": 0],
    ] as [[String: Double]], FusionMethod.allCases)
  func `It is what a search with these settings gives`(weights: [String: Double], method: FusionMethod) async throws {
    let collection = try Self.collection()
    let runs = try await ChannelRuns(of: collection, channels: Self.channels(), depth: 200)
    let settings = try FusionSettings(k: 5, weights: weights, window: 200, method: method)
    let pipeline = HybridPipeline(settings: settings)
    let set = PipelineFixture.set(Self.channels())
    for (question, query) in zip(runs.questions, collection.queries) {
      let searched = try await pipeline.search(SearchRequest(query: query.text, limit: 200), in: set).hits
      let fused = runs.fused(question, by: settings).prefix(200)
      #expect(fused.map { "id-\($0.row)" } == searched.map(\.id))
      #expect(fused.map(\.score) == searched.map(\.score))
    }
  }

  @Test func `Alone the channel is judged by its own search`() async throws {
    var collection = try Self.collection()
    let runs = try await ChannelRuns(of: collection, channels: Self.channels(), depth: 200)
    let own = try await Rescorer().search(ChannelQuery(text: "one"), limit: 200)
    #expect(runs.questions[0].rankings[2].hits == Array(own.hits.prefix(200)))
    collection.grades["q0"] = [collection.documents[Int(own.hits[0].row)].id: 1]
    #expect(runs.metrics(of: "xtr", in: collection)[0].mrr10 == 1)
  }
}
