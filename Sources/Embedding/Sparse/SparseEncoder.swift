/// Turns texts into sparse vectors whose dot product is their similarity.
///
/// Implementations are safe to call from many tasks at once and do no heavy work on the caller's thread.
public protocol SparseEncoder: Sendable {
  /// Name of the model. Indexes store it: vectors of different models never mix.
  var modelID: String { get }
  /// Number of components of every vector: the size of the vocabulary.
  var vocabularyCount: Int { get }
  /// Number of tokens of a text that are read, the two special ones included; what follows them is ignored.
  var maximumTokens: Int { get }

  /// Encodes `texts`: one vector a text, in their order.
  ///
  /// - Throws: `EmbeddingError`, or `CancellationError` when the calling task was cancelled before the end.
  func encode(_ texts: [String]) async throws -> [SparseVector]

  /// Whether `text` has more tokens than ``maximumTokens``, so that its end is ignored.
  func exceedsLimit(_ text: String) -> Bool
}
