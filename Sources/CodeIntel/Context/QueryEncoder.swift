import Embedding
import Retrieval
import RuntimeCells

/// Turns a question into a vector with the embedder that its cell holds, making it first if need be.
struct QueryEncoder: Sendable {
  let embedder: RuntimeCell<any Embedder>

  func encode(_ text: String) async throws -> EncodedQuery {
    try await embedder.withValue { embedder in
      let matrix = try await embedder.embed([text])
      var limits: [String] = []
      if let tokenizer = (embedder as? TransformerEmbedder)?.tokenizer {
        let count = tokenizer.tokenCount(of: text)
        if count > embedder.maximumTokens {
          limits.append(
            "faiss: only the first \(embedder.maximumTokens) of the question's \(count) tokens were read by the model")
        }
      }
      return EncodedQuery(vector: Array(matrix.row(0)), limits: limits)
    }
  }
}
