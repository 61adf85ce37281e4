import CellContract
import Embedding
import ProblemDetails
import Retrieval
import RuntimeCells

/// The embedder in a cell as an ``Embedder`` of its own, for builders: it borrows the cell for each call, so that nothing
/// is leased for the whole of an indexing run, and refuses to go on with another model.
struct CellEmbedder: Embedder {
  let modelID: String
  let dimension: Int
  let maximumTokens: Int
  private let cell: RuntimeCell<any Embedder>

  /// Makes the cell ready and remembers what it holds.
  init(_ cell: RuntimeCell<any Embedder>) async throws {
    self.cell = cell
    (modelID, dimension, maximumTokens) = try await cell.withValue { ($0.modelID, $0.dimension, $0.maximumTokens) }
  }

  func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    try await cell.withValue { embedder in
      guard embedder.modelID == modelID else {
        throw RetrievalError(
          .modelMismatch, "The model was replaced while vectors were made: index again.", expected: modelID,
          actual: embedder.modelID)
      }
      return try await embedder.embed(texts)
    }
  }

  func exceedsLimit(_ text: String) -> Bool? { cell.withValueIfReady { $0.exceedsLimit(text) } ?? nil }
}
