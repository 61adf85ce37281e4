import Embedding
import Synchronization

/// A sparse model small enough for tests: each word is a term by its hash, with its frequency as weight.
final class WordSparseEncoder: SparseEncoder {
  let modelID: String
  let vocabularyCount = 997
  let maximumTokens = 1_000
  private let seen = Mutex<[String]>([])

  init(modelID: String = "words-997") { self.modelID = modelID }

  /// Every text encoded so far.
  var texts: [String] { seen.withLock { $0 } }

  func encode(_ texts: [String]) async throws -> [SparseVector] {
    seen.withLock { $0 += texts }
    return texts.map { text in
      var weights: [Int32: Float] = [:]
      for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
        let hash = word.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        weights[Int32(hash % 997), default: 0] += 0.5
      }
      let sorted = weights.sorted { $0.key < $1.key }
      return SparseVector(terms: sorted.map(\.key), weights: sorted.map(\.value))
    }
  }

  func exceedsLimit(_ text: String) -> Bool { false }
}
