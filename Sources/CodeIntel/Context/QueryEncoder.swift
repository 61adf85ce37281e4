import CellContract
import Embedding
import Retrieval
import RuntimeCells

/// Turns a question into a vector with the embedder that its cell holds, making it first if need be.
struct QueryEncoder: Sendable {
  let embedder: RuntimeCell<any Embedder>
  /// The channel that its limits name.
  var channel = CellName.faiss
  /// The model that the index was built with, where the manifest says it: vectors of another one cannot be compared with
  /// those of the index, whatever brought it into the cell.
  var builtWith: String?

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
      if let builtWith, embedder.modelID != builtWith {
        throw RetrievalError(
          .modelMismatch, "The index was built with another model than the one that serves: index again.",
          expected: builtWith, actual: embedder.modelID)
      }
      let matrix = try await embedder.embed([text])
      var limits: [String] = []
      let most = embedder.maximumTokens
      if embedder.exceedsLimit(text) == true {
        limits.append("\(channel): the model read the question's first \(most) tokens only, the rest was left out")
      }
      return EncodedQuery(vector: Array(matrix.row(0)), limits: limits)
    }
  }
}
