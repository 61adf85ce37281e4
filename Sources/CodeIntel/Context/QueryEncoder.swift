import CellContract
import Embedding
import Retrieval
import RuntimeCells

/// Turns a question into a vector with the embedder that its cell holds, making it first if need be.
struct QueryEncoder: Sendable {
  let embedder: RuntimeCell<any Embedder>
  /// The channel that its limits name.
  var channel = CellName.faiss
  /// The model that the channel's index was built with; nil when its manifest does not say.
  var indexModel: String?

  /// - Throws: ``RetrievalError`` with `modelMismatch`; what the model's loading threw, without the cell around it: both
  ///   become a limit that people read.
  func encode(_ text: String) async throws -> EncodedQuery {
    do {
      return try await encoded(text)
    } catch let error as CellError where error.code == .initializationFailed {
      throw error.underlying ?? error
    }
  }

  private func encoded(_ text: String) async throws -> EncodedQuery {
    try await embedder.withValue { embedder in
      // A model that was not there when the generation was opened has not been compared yet.
      if let indexModel, embedder.modelID != indexModel {
        throw RetrievalError(
          .modelMismatch, "The index was built with another model: search with that one, or index again.",
          expected: indexModel, actual: embedder.modelID)
      }
      return try await EncodedQuery(of: text, by: embedder, for: channel)
    }
  }
}
