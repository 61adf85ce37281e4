import Indexing

/// The chunks of the generation served so far, found again by the text that was given to a model.
struct ReusableRows: Sendable {
  /// Chunks with the same content that are compared at most; a licence header may occur in every file.
  private static let maximumTwins = 64

  private let chunks: ChunkStore

  /// Opens the chunks of a generation whose artifact of this channel was made in this way, or nil. Blocks.
  ///
  /// Files that cannot be read mean that everything is encoded anew; they never fail a build.
  ///
  /// - Parameter count: The rows that the artifact has. One of another length than its store cannot be trusted row by row.
  init?(_ previous: Generation, channel: String, fingerprint: String, count: Int) {
    guard previous.manifest.artifact(channel)?.fingerprint == fingerprint, let chunks = try? previous.openChunks()
    else { return nil }
    guard chunks.count == count else {
      // Nothing is written here, so a failing close loses nothing.
      try? chunks.close()
      return nil
    }
    self.chunks = chunks
  }

  /// The old rows of those chunks whose text is unchanged, by the chunks' new rows.
  func rows(for wanted: [Chunk]) async throws -> [Int64: Int64] {
    let candidates = try await chunks.rows(forContentHashes: wanted.map(\.contentHash))
    let known = Set(candidates.values.flatMap { $0.prefix(Self.maximumTwins) })
    guard !known.isEmpty else { return [:] }
    let old = try await chunks.chunks(rows: known.sorted())
    let rowByText = Dictionary(old.map { (EmbeddingText.text(for: $0), $0.row) }) { first, _ in first }
    var found: [Int64: Int64] = [:]
    for chunk in wanted { found[chunk.row] = rowByText[EmbeddingText.text(for: chunk)] }
    return found
  }

  /// Closes the store that was opened for reading.
  func close() {
    // Nothing is written here, so a failing close loses nothing.
    try? chunks.close()
  }
}
