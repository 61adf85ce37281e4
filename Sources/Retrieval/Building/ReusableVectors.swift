import Indexing
import RuntimeCells

/// The vectors of the generation served so far, found again by the text they were made from.
struct ReusableVectors: Sendable {
  /// Chunks with the same content that are compared at most; a licence header may occur in every file.
  private static let maximumTwins = 8

  private let chunks: ChunkStore
  private let index: FaissIndex
  private let text: @Sendable (Chunk) -> String

  /// Opens the previous generation's vectors, or nil when there are none of the same model and embedding text.
  ///
  /// Files that cannot be read mean that everything is embedded anew; they never fail a build.
  static func open(
    _ previous: Generation?, matching builder: DenseArtifactBuilder, threads: DedicatedThreads
  ) async throws -> ReusableVectors? {
    guard let previous, let record = previous.manifest.artifact(builder.channel),
      record.model == builder.modelRecord, record.settings["embedding_text"] == builder.space.textVersion
    else { return nil }
    let path = previous.directory + "/" + builder.space.indexFileName
    let text = builder.space.text
    let dimension = builder.modelRecord.dim
    let opened = try await threads.run { () -> ReusableVectors? in
      guard let index = try? FaissIndex.open(path: path, expectedDimension: dimension),
        let chunks = try? previous.openChunks()
      else { return nil }
      return ReusableVectors(chunks: chunks, index: index, text: text)
    }
    guard let opened else { return nil }
    // An index of another length than its store cannot be trusted row by row.
    guard opened.chunks.count == opened.index.count else {
      opened.close()
      return nil
    }
    return opened
  }

  /// The vectors of those chunks whose embedded text is unchanged, by the chunks' new rows.
  func vectors(for wanted: [Chunk]) async throws -> [Int64: [Float]] {
    let candidates = try await chunks.rows(forContentHashes: wanted.map(\.contentHash))
    let rows = Set(candidates.values.flatMap { $0.prefix(Self.maximumTwins) })
    guard !rows.isEmpty else { return [:] }
    let old = try await chunks.chunks(rows: rows.sorted())
    let rowByText = Dictionary(old.map { (text($0), $0.row) }) { first, _ in first }
    var found: [Int64: [Float]] = [:]
    for chunk in wanted {
      guard let row = rowByText[text(chunk)] else { continue }
      found[chunk.row] = try index.vectors(rows: Int(row)..<Int(row) + 1)
    }
    return found
  }

  /// Closes the store that was opened for reading.
  func close() {
    // Nothing is written here, so a failing close loses nothing.
    try? chunks.close()
  }
}
