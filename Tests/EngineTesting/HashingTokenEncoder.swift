package import Embedding
import Indexing

/// Token vectors for tests without a model: each identifier token has a direction of its own.
package struct HashingTokenEncoder: TokenEncoder {
  package let modelID: String
  package let dimension: Int
  package let maximumTokens = 64

  package init(modelID: String = "hashing/tokens", dimension: Int = 32) {
    self.modelID = modelID
    self.dimension = dimension
  }

  package func encodeTokens(_ texts: [String]) async throws -> [TokenVectors] {
    texts.map { text in
      TokenVectors(dimension: dimension, values: tokens(of: text).flatMap(vector(of:)))
    }
  }

  package func tokens(of text: String) -> [String] { Array(IdentifierTokens.tokens(of: text).prefix(maximumTokens)) }

  package func exceedsLimit(_ text: String) -> Bool { IdentifierTokens.tokens(of: text).count > maximumTokens }

  private func vector(of token: String) -> [Float] {
    var state = token.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    let values = (0..<dimension).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }
}
