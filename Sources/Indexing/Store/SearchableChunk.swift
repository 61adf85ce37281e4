/// A chunk with the tokens that go into the full-text table. Made on the parsing threads, so that the one thread that
/// writes to the database only writes.
struct SearchableChunk: Sendable {
  private(set) var chunk: Chunk
  let symbolTokens: String
  let pathTokens: String
  let bodyTokens: String

  init(_ chunk: Chunk) {
    self.chunk = chunk
    symbolTokens = IdentifierTokens.joined(chunk.symbol ?? "")
    pathTokens = IdentifierTokens.joined(chunk.path)
    bodyTokens = IdentifierTokens.joined(chunk.text)
  }

  func with(row: Int64) -> SearchableChunk {
    var copy = self
    copy.chunk = chunk.with(row: row)
    return copy
  }
}
