/// Turns texts into one vector a token, for late interaction: two texts are as alike as the best matches of their tokens.
///
/// Implementations are safe to call from many tasks at once and do no heavy work on the caller's thread.
public protocol TokenEncoder: Sendable {
  /// Name of the model and of what is done to its states. Indexes store it: vectors of different names never mix.
  var modelID: String { get }
  /// Components of every vector: a multiple of 32, at most 512.
  var dimension: Int { get }
  /// Tokens of a text that are read, special ones included; what follows them is ignored.
  var maximumTokens: Int { get }

  /// The vectors of `texts`, in their order. A text without letters may have none.
  ///
  /// - Throws: `EmbeddingError`, or `CancellationError` when the calling task was cancelled before the end.
  func encodeTokens(_ texts: [String]) async throws -> [TokenVectors]

  /// The tokens of `text` as people can read them, one for each vector that ``encodeTokens(_:)`` gives.
  func tokens(of text: String) -> [String]

  /// Whether `text` has more tokens than ``maximumTokens``, so that its end is ignored.
  func exceedsLimit(_ text: String) -> Bool
}
