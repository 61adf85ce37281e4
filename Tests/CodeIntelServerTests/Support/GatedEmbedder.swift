import Embedding
import EngineTesting

/// The hashing embedder behind a gate, so that a test decides when a search goes on.
struct GatedEmbedder: Embedder {
  let gate: TestGate
  private let inner = HashingEmbedder()

  init(gate: TestGate) { self.gate = gate }

  var modelID: String { inner.modelID }
  var dimension: Int { inner.dimension }
  var maximumTokens: Int { inner.maximumTokens }

  func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    try await gate.pass()
    return try await inner.embed(texts)
  }
}
