import Embedding
import Foundation
import Indexing
import RuntimeCells
import Testing

@testable import Retrieval

/// Not a check but the tool behind the shipped weights: prints nDCG@10 of both channels and of a grid of fusions on
/// development collections. It runs when told where those and the model are:
///
///     RETRIEVAL_DEV_DATA=<folder>[:<folder>…] RETRIEVAL_MODEL=<folder> swift test --filter FusionTuning
///
/// Use development splits only.
@Suite struct FusionTuning {
  static let folders = (ProcessInfo.processInfo.environment["RETRIEVAL_DEV_DATA"] ?? "").split(separator: ":").map(
    String.init)
  static let model = ProcessInfo.processInfo.environment["RETRIEVAL_MODEL"]

  @Test(
    .enabled(
      if: !folders.isEmpty && model != nil,
      "prints a table when RETRIEVAL_DEV_DATA and RETRIEVAL_MODEL name folders, see docs/retrieval.md"),
    arguments: folders)
  func `Measure channels and fusions`(folder: String) async throws {
    let collection = try JudgedCollection(folder: folder)
    let embedder = try TransformerEmbedder(modelFolder: try #require(Self.model), threads: 2)
    let runs = try await ChannelRuns(collection, embedder: embedder)
    var lines = ["\(folder): \(collection.documents.count) documents, \(collection.queries.count) questions"]
    for channel in ["faiss", "bm25"] {
      lines.append("  \(channel) alone: \(try runs.score(k: 10, weights: [channel: 1]))")
    }
    for k in [2.0, 5, 10, 20, 60] {
      for bm25 in [1.0, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1] {
        let score = try runs.score(k: k, weights: ["faiss": 1, "bm25": bm25])
        lines.append("  k \(k), bm25 \(bm25): \(score)")
      }
    }
    print(lines.joined(separator: "\n"))
    #expect(try runs.measure(k: 10, weights: ["faiss": 1]).nDCG10 > 0.1)
  }
}

/// What both channels return for every question of a collection, kept so that fusions are cheap to compare.
struct ChannelRuns {
  private let collection: JudgedCollection
  private var rankings: [[ChannelRanking]] = []

  init(_ collection: JudgedCollection, embedder: any Embedder) async throws {
    self.collection = collection
    let folder = try TemporaryFolder()
    let written = try ChunkStore.create(at: folder.file("chunks.sqlite"))
    let texts = collection.documents.map { $0.title.isEmpty ? $0.text : $0.title + "\n" + $0.text }
    for start in stride(from: 0, to: texts.count, by: 500) {
      try await written.append(
        (start..<min(start + 500, texts.count)).map { row in
          Chunk(
            id: "\(row)", row: Int64(row), path: "", language: "text", symbol: nil, kind: nil, startLine: 1, endLine: 1,
            text: texts[row], contentHash: "\(row)")
        })
    }
    try await written.finish()
    let store = try ChunkStore.open(at: written.path)
    let builder = try FaissIndexBuilder(dimension: embedder.dimension)
    for start in stride(from: 0, to: texts.count, by: 512) {
      try builder.add(try await embedder.embed(Array(texts[start..<min(start + 512, texts.count)])).values)
    }
    let index = try builder.finish()
    let questions = try await embedder.embed(collection.queries.map(\.text))
    for (place, query) in collection.queries.enumerated() {
      let dense = try index.search(Array(questions.row(place)), k: 200)
      let words = try await store.bm25(query: query.text, limit: 200).map { ChannelHit(row: $0.row, score: $0.score) }
      rankings.append([ChannelRanking(channel: "faiss", hits: dense), ChannelRanking(channel: "bm25", hits: words)])
    }
    try store.close()
  }

  func measure(k: Double, weights: [String: Double]) throws -> RankingMetrics {
    let fusion = ReciprocalRankFusion(settings: try FusionSettings(k: k, weights: weights))
    var total = RankingMetrics(ranking: [], grades: [:])
    for (query, rankings) in zip(collection.queries, rankings) {
      let metrics = RankingMetrics(
        ranking: fusion.fuse(rankings).prefix(100).map { collection.documents[Int($0.row)].id },
        grades: collection.grades[query.id] ?? [:])
      total.nDCG10 += metrics.nDCG10
      total.mrr10 += metrics.mrr10
      total.recall100 += metrics.recall100
      total.averagePrecision += metrics.averagePrecision
    }
    let count = Double(collection.queries.count)
    total.nDCG10 /= count
    total.mrr10 /= count
    total.recall100 /= count
    total.averagePrecision /= count
    return total
  }

  func score(k: Double, weights: [String: Double]) throws -> String {
    let metrics = try measure(k: k, weights: weights)
    return String(
      format: "nDCG@10 %.4f MRR@10 %.4f R@100 %.4f MAP %.4f", metrics.nDCG10, metrics.mrr10, metrics.recall100,
      metrics.averagePrecision)
  }
}
