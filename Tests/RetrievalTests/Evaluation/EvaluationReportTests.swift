import Foundation
import Indexing
import Testing

@testable import Retrieval

@Suite struct EvaluationReportTests {
  static func runs(_ collection: JudgedCollection) async throws -> ChannelRuns {
    let folder = try TemporaryFolder()
    let index = try await CollectionIndex(
      of: collection, in: folder.path, embedder: WordEmbedder(), progress: SilentProgress())
    let runs = try await ChannelRuns(of: collection, channels: index.channels, depth: 6)
    try index.close()
    return runs
  }

  static func collection() throws -> JudgedCollection {
    let folder = try TemporaryFolder()
    try SmallCollection.write(to: folder)
    return try JudgedCollection(folder: folder.path)
  }

  @Test func `A collection is indexed, asked and judged by channel and fused`() async throws {
    let collection = try Self.collection()
    let runs = try await Self.runs(collection)
    #expect(runs.channels == ["faiss", "bm25"])
    #expect(runs.questions.map(\.id) == ["q1", "q2", "q3"])
    let settings = try FusionSettings(k: 5, weights: ["faiss": 1, "bm25": 1], window: 6)
    let report = EvaluationReport(dataset: "small", collection: collection, runs: runs, settings: settings, depth: 6)
    #expect(report.documents == 6)
    #expect(report.queries == 3)
    // The questions share their words with their documents alone, so the keyword channel is right about all three.
    #expect(report.channels["bm25"]?.mrr10 == 1)
    #expect(report.channels["faiss"]?.recall100 == 1)
    #expect(report.latency["faiss"].map { $0.p50 > 0 && $0.p99 >= $0.p50 } == true)
    for part in report.comparisons {
      let alone = try #require(report.channels[part.channel])
      #expect(abs(part.nDCG10.difference - (report.fused.nDCG10 - alone.nDCG10)) < 1e-12)
      #expect(part.nDCG10.lower <= part.nDCG10.difference && part.nDCG10.difference <= part.nDCG10.upper)
    }
    #expect(report.limits.isEmpty)
  }

  @Test func `What models do not read, of documents and of questions, is said`() async throws {
    let collection = try Self.collection()
    let folder = try TemporaryFolder()
    let index = try await CollectionIndex(
      of: collection, in: folder.path, embedder: WordEmbedder(maximumTokens: 5), progress: SilentProgress())
    let runs = try await ChannelRuns(of: collection, channels: index.channels, depth: 6, limits: index.limits)
    try index.close()
    #expect(
      runs.limits == [
        "faiss: 6 of 6 chunks are longer than the 5 tokens that the model reads; the rest of them is not found by it",
        "faiss: the model read the question's first 5 tokens only, the rest was left out (1 questions)",
      ])
  }

  @Test func `A fusion of one channel is that channel`() async throws {
    let collection = try Self.collection()
    let settings = try FusionSettings(k: 5, weights: ["bm25": 1], window: 6)
    let report = EvaluationReport(
      dataset: "small", collection: collection, runs: try await Self.runs(collection), settings: settings, depth: 6)
    #expect(report.fused == report.channels["bm25"])
    let relative = try FusionSettings(k: 5, weights: ["bm25": 1], window: 6, method: .relativeScore)
    let other = EvaluationReport(
      dataset: "small", collection: collection, runs: try await Self.runs(collection), settings: relative, depth: 6)
    #expect(other.fused == report.fused)
    #expect(other.fusion == EvaluationReport.Fusion(method: .relativeScore, k: nil, weights: ["faiss": 0, "bm25": 1]))
    #expect(other.markdown.contains("| fused (relative, faiss 0, bm25 1) |"))
    #expect(report.comparisons.last?.nDCG10.difference == 0)
  }

  @Test func `The JSON has the agreed members and the Markdown a row a channel`() async throws {
    let collection = try Self.collection()
    let settings = try FusionSettings(k: 5, weights: ["faiss": 1, "bm25": 1], window: 6)
    let report = EvaluationReport(
      dataset: "small", collection: collection, runs: try await Self.runs(collection), settings: settings, depth: 6)
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "dataset", "judgments", "documents", "queries", "depth", "channels", "fused", "fusion", "comparisons",
        "latency_ms",
        "limits",
      ])
    #expect(object["judgments"] as? String == "qrels.tsv")
    let fused = try #require(object["fused"] as? [String: Double])
    #expect(Set(fused.keys) == ["ndcg@10", "mrr@10", "recall@100", "map"])
    let lines = report.markdown.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("| faiss |") || $0.hasPrefix("| bm25 |") }.count == 4)
    #expect(report.markdown.contains("| fused (k 5, faiss 1, bm25 1) |"))
  }

  @Test func `A judged document that the corpus lacks is told`() async throws {
    var collection = try Self.collection()
    collection.grades["q3"]?["gone"] = 1
    let settings = try FusionSettings(k: 5, weights: ["bm25": 1], window: 6)
    let report = EvaluationReport(
      dataset: "small", collection: collection, runs: try await Self.runs(collection), settings: settings, depth: 6)
    #expect(report.limits == ["1 judged documents are not in corpus.jsonl; they count as not found"])
    #expect(report.fused.recall100 < 1)
  }

  @Test func `The tuner's best is the best of all it tried`() async throws {
    let collection = try Self.collection()
    let runs = try await Self.runs(collection)
    let trials = try FusionTuner.trials(runs, of: collection, depth: 6)
    #expect(trials.count == FusionTuner.constants.count * FusionTuner.steps.count)
    #expect(trials.map(\.metrics.nDCG10) == trials.map(\.metrics.nDCG10).sorted(by: >))
    let relative = try FusionTuner.trials(runs, of: collection, depth: 6, method: .relativeScore)
    #expect(relative.count == FusionTuner.steps.count)
    #expect(relative.allSatisfy { $0.k == nil })
    let again = try FusionTuner.trials(runs, of: collection, depth: 6)
    #expect(trials == again)
  }
}
