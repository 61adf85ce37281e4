import Embedding
import Retrieval
import RuntimeCells

/// The sparse encoder in a cell as a ``SparseEncoder`` of its own, for builders: as ``CellEmbedder``.
struct CellSparseEncoder: SparseEncoder {
  let modelID: String
  let vocabularyCount: Int
  let maximumTokens: Int
  private let cell: RuntimeCell<any SparseEncoder>

  /// Makes the cell ready and remembers what it holds.
  init(_ cell: RuntimeCell<any SparseEncoder>) async throws {
    self.cell = cell
    (modelID, vocabularyCount, maximumTokens) = try await cell.withValue {
      ($0.modelID, $0.vocabularyCount, $0.maximumTokens)
    }
  }

  func encode(_ texts: [String]) async throws -> [SparseVector] {
    try await cell.withValue { encoder in
      guard encoder.modelID == modelID else {
        throw RetrievalError(
          .modelMismatch, "The model was replaced while vectors were made: index again.", expected: modelID,
          actual: encoder.modelID)
      }
      return try await encoder.encode(texts)
    }
  }

  func exceedsLimit(_ text: String) -> Bool { cell.withValueIfReady { $0.exceedsLimit(text) } ?? false }
}
