public import Indexing

/// One dense space of an index: the channel it serves and what its model reads of a chunk.
public struct DenseSpace: Sendable {
  /// Name of the channel and of its artifact.
  public let channel: String
  /// Changes whenever ``text`` does; vectors of another version are never reused.
  public let textVersion: String
  /// The text to embed for a chunk. Depends on path, language, symbol and text only.
  public let text: @Sendable (Chunk) -> String

  /// A space of one's own.
  public init(channel: String, textVersion: String, text: @escaping @Sendable (Chunk) -> String) {
    self.channel = channel
    self.textVersion = textVersion
    self.text = text
  }

  /// The index of a generation that has the space in one part.
  public var indexFileName: String { channel + ".index" }

  /// The primary space: names and the whole text.
  public static let whole = DenseSpace(
    channel: "faiss", textVersion: String(EmbeddingText.version), text: { EmbeddingText.text(for: $0) })

  /// The second space: names, signature and documentation, without the body.
  public static let signature = DenseSpace(
    channel: "coderank_faiss", textVersion: "signature-\(SignatureText.version)", text: { SignatureText.text(for: $0) })
}
