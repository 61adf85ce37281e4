import Embedding
import Synchronization

/// A model small enough for tests: a text's vector counts its words by hash, so equal words mean near vectors.
final class WordEmbedder: Embedder {
  let modelID: String
  let dimension: Int
  let maximumTokens: Int
  private let countsWords: Bool
  private let seen = Mutex<[String]>([])

  init(modelID: String = "words-64", dimension: Int = 64, maximumTokens: Int = 1_000, countsWords: Bool = true) {
    self.modelID = modelID
    self.dimension = dimension
    self.maximumTokens = maximumTokens
    self.countsWords = countsWords
  }

  /// By words; a model that does not count them is like a server that keeps that to itself.
  func exceedsLimit(_ text: String) -> Bool? {
    countsWords ? text.split(whereSeparator: { !$0.isLetter }).count > maximumTokens : nil
  }

  /// Every text embedded so far.
  var texts: [String] { seen.withLock { $0 } }

  func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    seen.withLock { $0 += texts }
    return EmbeddingMatrix(dimension: dimension, values: texts.flatMap(vector))
  }

  private func vector(of text: String) -> [Float] {
    var values = [Float](repeating: 0.01, count: dimension)
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
      var hash: UInt64 = 14_695_981_039_346_656_037
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
      values[Int(hash % UInt64(dimension))] += 1
    }
    return TestVectors.normalised(values)
  }
}

/// Promises one dimension and gives another.
struct LyingEmbedder: Embedder {
  let modelID = "liar"
  let dimension = 8
  let maximumTokens = 10

  func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    EmbeddingMatrix(dimension: 4, values: [Float](repeating: 0.5, count: 4 * texts.count))
  }
}
