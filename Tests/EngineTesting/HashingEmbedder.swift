package import Embedding
import Indexing

/// A small real embedder for tests: identifier tokens hashed into a few dimensions, normalised. Texts that share words are
/// near each other, no model files are needed.
package struct HashingEmbedder: Embedder {
  package let modelID: String
  package let dimension: Int
  package let maximumTokens = 4096

  /// The token encoder is there only where a test wants one.
  package let tokenEncoder: (any TokenEncoder)?

  package init(modelID: String = "hashing", dimension: Int = 64, tokens: (any TokenEncoder)? = nil) {
    self.modelID = modelID
    self.dimension = dimension
    tokenEncoder = tokens
  }

  package func exceedsLimit(_ text: String) -> Bool? { IdentifierTokens.tokens(of: text).count > maximumTokens }

  package func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    try Task.checkCancellation()
    var values: [Float] = []
    for text in texts {
      var row = [Float](repeating: 0, count: dimension)
      row[0] = 0.001
      for token in IdentifierTokens.tokens(of: text) {
        // FNV-1a, so that the vectors are the same in every run.
        let hash = token.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        row[Int(hash % UInt64(dimension))] += 1
      }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      values += row.map { $0 / length }
    }
    return EmbeddingMatrix(dimension: dimension, values: values)
  }
}
