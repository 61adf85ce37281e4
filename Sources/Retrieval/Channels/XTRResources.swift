public import Embedding

/// Lends what a late-interaction search needs, from whoever holds it.
public protocol XTRResources: Sendable {
  /// Lends the token index until `body` returns.
  func withIndex<R: Sendable>(_ body: @Sendable (XTRIndex) async throws -> R) async throws -> R

  /// Lends the token encoder until `body` returns.
  ///
  /// - Throws: ``RetrievalError`` with `tokensUnavailable` when the model gives out sentences only.
  func withEncoder<R: Sendable>(_ body: @Sendable (any TokenEncoder) async throws -> R) async throws -> R
}
