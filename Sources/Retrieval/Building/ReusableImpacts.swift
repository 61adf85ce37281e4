import Indexing
import RuntimeCells

/// The sparse vectors of the generation served so far, found again by the text they were made from.
struct ReusableImpacts: Sendable {
  /// Chunks with the same content that are compared at most; a licence header may occur in every file.
  private static let maximumTwins = 8

  private let chunks: ChunkStore
  private let rows: [[(term: Int32, impact: UInt8)]]

  /// Opens the previous generation's vectors, or nil when there are none of the same model and text.
  ///
  /// Files that cannot be read mean that everything is encoded anew; they never fail a build.
  static func open(
    _ previous: Generation?, matching fingerprint: String, threads: DedicatedThreads
  ) async throws -> ReusableImpacts? {
    guard let previous, previous.manifest.artifact("splade")?.fingerprint == fingerprint else { return nil }
    let path = previous.directory + "/" + SpladeArtifactBuilder.indexFileName
    return try await threads.run { () -> ReusableImpacts? in
      guard let index = try? SpladeIndex.open(path: path), let chunks = try? previous.openChunks() else { return nil }
      guard chunks.count == index.count else {
        try? chunks.close()
        return nil
      }
      return ReusableImpacts(chunks: chunks, rows: index.impactsByRow())
    }
  }

  /// The impacts of those chunks whose text is unchanged, by the chunks' new rows.
  func impacts(for wanted: [Chunk]) async throws -> [Int64: [(term: Int32, impact: UInt8)]] {
    let candidates = try await chunks.rows(forContentHashes: wanted.map(\.contentHash))
    let known = Set(candidates.values.flatMap { $0.prefix(Self.maximumTwins) })
    guard !known.isEmpty else { return [:] }
    let old = try await chunks.chunks(rows: known.sorted())
    let rowByText = Dictionary(old.map { (EmbeddingText.text(for: $0), $0.row) }) { first, _ in first }
    var found: [Int64: [(term: Int32, impact: UInt8)]] = [:]
    for chunk in wanted {
      if let row = rowByText[EmbeddingText.text(for: chunk)] { found[chunk.row] = rows[Int(row)] }
    }
    return found
  }

  /// Closes the store that was opened for reading.
  func close() {
    // Nothing is written here, so a failing close loses nothing.
    try? chunks.close()
  }
}
