import Testing

@testable import Embedding

struct TokenEncoderTests {
  private func embedder(_ folder: TemporaryFolder) throws -> (TransformerEmbedder, TinyModel) {
    let model = TinyModel()
    try model.write(to: folder)
    return (try TransformerEmbedder(modelFolder: folder.path, threads: 2), model)
  }

  @Test func `each token but the special ones has its projected state, of length one`() async throws {
    let folder = try TemporaryFolder()
    let (embedder, model) = try embedder(folder)
    defer { embedder.close() }
    let encoder = try TransformerTokenEncoder(embedder)
    #expect(encoder.dimension == 32)
    #expect(encoder.modelID == embedder.modelID + "/states32")
    let texts = ["a b c", "", "d", "p o n m l"]
    let vectors = try await encoder.encodeTokens(texts)
    #expect(vectors.map(\.count) == [3, 0, 1, 5])
    for (text, tokens) in zip(texts, vectors) {
      let states = model.states(model.ids(text)).dropFirst().dropLast()
      for (place, state) in states.enumerated() {
        let length = state.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for (i, value) in state.enumerated() {
          #expect(abs(Double(tokens.values[place * 32 + i]) - value / length) < 1e-4)
        }
        #expect(tokens.row(place).suffix(12).allSatisfy { $0 == 0 })
      }
      #expect(encoder.tokens(of: text) == text.split(separator: " ").map { String($0) })
    }
  }

  @Test func `a projection for another model is refused with both numbers`() async throws {
    let folder = try TemporaryFolder()
    let (embedder, _) = try embedder(folder)
    defer { embedder.close() }
    let error = #expect(throws: EmbeddingError.self) {
      try TransformerTokenEncoder(embedder, projection: .orthogonal(inputs: 64, outputs: 32))
    }
    #expect(error?.code == .shapeMismatch)
    #expect(error?.expected == "64 components a state" && error?.actual == "20")
  }

  @Test func `random directions are at right angles and the same every time`() {
    let one = TokenProjection.orthogonal(inputs: 96, outputs: 64, seed: 3)
    for a in 0..<64 {
      for b in 0...a {
        let product = (0..<96).reduce(0.0) { $0 + Double(one.weights[a * 96 + $1]) * Double(one.weights[b * 96 + $1]) }
        #expect(abs(product - (a == b ? 1 : 0)) < 1e-5)
      }
    }
    #expect(one.weights == TokenProjection.orthogonal(inputs: 96, outputs: 64, seed: 3).weights)
    #expect(one.weights != TokenProjection.orthogonal(inputs: 96, outputs: 64, seed: 4).weights)
  }

  @Test func `a projection of the wrong shape or with NaN is refused`() {
    #expect(throws: EmbeddingError.self) {
      try TokenProjection(id: "x", inputs: 4, outputs: 33, weights: [Float](repeating: 0, count: 132))
    }
    #expect(throws: EmbeddingError.self) {
      try TokenProjection(id: "x", inputs: 1, outputs: 32, weights: [Float](repeating: .nan, count: 32))
    }
  }
}
