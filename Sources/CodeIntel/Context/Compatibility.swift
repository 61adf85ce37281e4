import Embedding
import Indexing
import Retrieval
import RuntimeCells

/// Whether the parts of a running engine fit together (`validate_runtime_compatibility` of the original design).
enum Compatibility {
  /// Compares a generation's dense index with the embedder that will encode questions for it.
  ///
  /// An embedder that cannot be loaded is no mismatch: keyword search still works, and the dense channel reports the
  /// reason as a limit of every answer.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch` or `modelMismatch`, naming expected and actual.
  static func check(_ generation: Generation, dimension: Int, embedder: RuntimeCell<any Embedder>) async throws {
    let model: (id: String, dimension: Int)
    do {
      model = try await embedder.withValue { ($0.modelID, $0.dimension) }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return
    }
    guard model.dimension == dimension else {
      throw RetrievalError(
        .dimensionMismatch,
        "The index was built with vectors of another length than the model '\(model.id)' makes. "
          + "Search with the model it was built with, or index again.",
        expected: "\(dimension) (index)", actual: "\(model.dimension) (model)")
    }
    if let built = generation.manifest.artifact(CellName.faiss)?.model?.id, built != model.id {
      throw RetrievalError(
        .modelMismatch,
        "The index was built with another model, so its vectors cannot be compared with the question's. "
          + "Search with that model, or index again.", expected: built, actual: model.id)
    }
  }
}
