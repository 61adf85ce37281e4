import Foundation
import Testing

@testable import Retrieval

@Suite struct RankingMetricsTests {
  @Test func `A ranking by hand`() {
    let metrics = RankingMetrics(ranking: ["x", "a", "y", "b"], grades: ["a": 2, "b": 1, "c": 1, "z": 0])
    // Gains 2/log2(3) + 1/log2(5) over 2/1 + 1/log2(3) + 1/log2(4).
    let ideal = 2 + 1 / log2(3.0) + 1 / log2(4.0)
    #expect(abs(metrics.nDCG10 - (2 / log2(3.0) + 1 / log2(5.0)) / ideal) < 1e-12)
    #expect(metrics.mrr10 == 0.5)
    #expect(abs(metrics.recall100 - 2 / 3) < 1e-12)
    #expect(abs(metrics.averagePrecision - (1 / 2 + 2 / 4) / 3) < 1e-12)
  }

  @Test func `The best ranking has 1 everywhere and an empty one 0`() {
    let grades = ["a": 1, "b": 3]
    let best = RankingMetrics(ranking: ["b", "a"], grades: grades)
    #expect([best.nDCG10, best.mrr10, best.recall100, best.averagePrecision] == [1, 1, 1, 1])
    let none = RankingMetrics(ranking: [], grades: grades)
    #expect([none.nDCG10, none.mrr10, none.recall100, none.averagePrecision] == [0, 0, 0, 0])
  }

  @Test func `What lies beyond the cut-offs does not count`() {
    let filler = (0..<99).map { "f\($0)" }
    let metrics = RankingMetrics(ranking: filler + ["a", "b"], grades: ["a": 1, "b": 1])
    #expect(metrics.nDCG10 == 0)
    #expect(metrics.mrr10 == 0)
    #expect(metrics.recall100 == 0.5)
  }

  @Test func `A collection is read, and a broken line is named`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(Array(#"{"_id": "d1", "title": "", "text": "one"}"#.utf8), to: "corpus.jsonl")
    _ = try folder.write(
      Array("{\"_id\": \"q1\", \"text\": \"?\"}\n{\"_id\": \"q2\", \"text\": \"unjudged\"}\n".utf8), to: "queries.jsonl"
    )
    _ = try folder.write(Array("query-id\tcorpus-id\tscore\nq1\td1\t2\n".utf8), to: "qrels.tsv")
    let collection = try JudgedCollection(folder: folder.path)
    #expect(collection.documents.map(\.id) == ["d1"])
    #expect(collection.queries.map(\.id) == ["q1"])
    #expect(collection.grades == ["q1": ["d1": 2]])
    _ = try folder.write(Array("query-id\tcorpus-id\tscore\nq1\td1\tgood\n".utf8), to: "qrels.tsv")
    let error = #expect(throws: RetrievalError(.evaluation, "")) { try JudgedCollection(folder: folder.path) }
    #expect(error?.message.hasPrefix("Line 2 of") == true)
  }

  @Test func `Judgments may lie in a folder by split, and an id that occurs twice is refused`() throws {
    let folder = try TemporaryFolder()
    try SmallCollection.write(to: folder, judgments: "qrels/test.tsv")
    #expect(try JudgedCollection(folder: folder.path).queries.map(\.id) == ["q1", "q2", "q3"])
    #expect(try JudgedCollection(folder: folder.path, split: "test").documents.count == 6)
    #expect(throws: RetrievalError(.evaluation, "")) { try JudgedCollection(folder: folder.path, split: "dev") }
    _ = try folder.write(
      Array("{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"a\", \"text\": \"y\"}\n".utf8), to: "corpus.jsonl")
    let error = #expect(throws: RetrievalError(.evaluation, "")) { try JudgedCollection(folder: folder.path) }
    #expect(error?.message.contains("occurs twice") == true)
  }
}
