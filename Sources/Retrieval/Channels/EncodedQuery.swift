public import Embedding

/// A question as a vector.
public struct EncodedQuery: Sendable, Hashable {
  /// L2-normalised values.
  public var vector: [Float]
  /// Sentences about what the encoder left out, e.g. words beyond the model's maximum.
  public var limits: [String]

  /// An encoded query.
  public init(vector: [Float], limits: [String] = []) {
    self.vector = vector
    self.limits = limits
  }

  /// What `embedder` makes of a question of this channel's.
  ///
  /// - Throws: What the embedder throws.
  public init(of text: String, by embedder: any Embedder, for channel: String) async throws {
    vector = Array(try await embedder.embed([text]).row(0))
    limits = embedder.exceedsLimit(text) == true ? [QuestionLimit.cut(channel, at: embedder.maximumTokens)] : []
  }
}
