import Embedding

@testable import Retrieval

/// Documents of token vectors that lie in clusters, with an index of them and the plain answer to every question.
struct TokenCorpus {
  let dimension: Int
  let documents: [TokenVectors]

  /// Document 3 has no tokens.
  init(documents count: Int, dimension: Int = 32, seed: UInt64 = 1) {
    var generator = SplitMix64(state: seed)
    let tokens = TestVectors(count: count * 12, dimension: dimension, clusters: 40, seed: seed).rows
    var next = 0
    documents = (0..<count).map { document in
      let size = document == 3 ? 0 : Int(generator.next() % 12) + 1
      // Far apart in the list, so that a document's tokens come from several clusters.
      let rows = (0..<size).map { tokens[(next + $0 * 7) % tokens.count] }
      next += size
      return TokenVectors(dimension: dimension, values: rows.flatMap { $0 })
    }
    self.dimension = dimension
  }

  func question(_ tokens: Int, seed: UInt64) -> TokenVectors {
    let rows = TestVectors(count: tokens, dimension: dimension, clusters: 40, seed: seed).rows
    return TokenVectors(dimension: dimension, values: rows.flatMap { $0 })
  }

  func write(
    to path: String, element: TokenElement = .float16, modelID: String = "words/32", centroids: Int? = nil
  ) throws -> XTRMetadata {
    let builder = try XTRIndexBuilder(path: path, modelID: modelID, dimension: dimension, element: element)
    for document in documents { try builder.add(document) }
    return try builder.finish(centroids: centroids)
  }

  static func product(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
    zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// MaxSim in double precision; nil for a document without tokens.
  func score(_ question: TokenVectors, _ document: Int) -> Double? {
    let tokens = documents[document]
    guard tokens.count > 0 else { return nil }
    return (0..<question.count).reduce(0) { sum, token in
      sum + ((0..<tokens.count).map { Self.product(question.row(token), tokens.row($0)) }.max() ?? 0)
    }
  }

  /// All documents with a score, best first.
  func ranking(_ question: TokenVectors) -> [ChannelHit] {
    documents.indices.compactMap { row in
      score(question, row).map { ChannelHit(row: Int64(row), score: $0) }
    }.sorted(by: ChannelHit.precedes)
  }
}
