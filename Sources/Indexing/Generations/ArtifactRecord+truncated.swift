extension ArtifactRecord {
  /// The setting under which a builder says how many chunks its model read the beginning of only: a number, or `unknown`
  /// where only a server knows. Beside it stands `max_tokens`.
  public static let truncatedKey = "truncated"

  /// How many chunks the channel's model read the beginning of only; nil when that is not known.
  var truncatedChunks: Int? { settings[Self.truncatedKey].flatMap { Int($0) } }

  /// The same as a sentence for people; nil when nothing was cut.
  public func truncationLimit(of chunks: Int) -> String? {
    guard let value = settings[Self.truncatedKey] else { return nil }
    guard let count = truncatedChunks, value != "unknown" else {
      return "\(channel): how many chunks are longer than the model reads, only the embedding server knows"
    }
    guard count > 0 else { return nil }
    let most = settings["max_tokens"].map { "the \($0) tokens that the model reads" } ?? "the model reads"
    return "\(channel): \(count) of \(chunks) chunks are longer than \(most); the rest of them is not found by it"
  }
}
