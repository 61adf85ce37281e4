/// Turns texts into vectors whose dot product is their similarity.
///
/// Implementations are safe to call from many tasks at once and do no heavy work on the caller's thread.
public protocol Embedder: Sendable {
  /// Name of the model, for example `all-MiniLM-L6-v2`. Indexes store it: vectors of different models never mix.
  var modelID: String { get }
  /// Number of components of every vector.
  var dimension: Int { get }
  /// Number of tokens of a text that are read, the two special ones included; what follows them is ignored.
  var maximumTokens: Int { get }

  /// Embeds `texts`: one row a text, in their order, each of Euclidean length 1.
  ///
  /// - Throws: `EmbeddingError`, or `CancellationError` when the calling task was cancelled before the end.
  func embed(_ texts: [String]) async throws -> EmbeddingMatrix

  /// Whether `text` has more tokens than ``maximumTokens``, so that its end is ignored; nil when only a server knows.
  func exceedsLimit(_ text: String) -> Bool?

  /// Token vectors of the same model; nil when only sentences can be had.
  var tokenEncoder: (any TokenEncoder)? { get }
}

extension Embedder {
  /// Unknown, for embedders without a tokenizer of their own.
  public func exceedsLimit(_ text: String) -> Bool? { nil }

  /// None, for embedders that give out sentences only.
  public var tokenEncoder: (any TokenEncoder)? { nil }
}
