import Indexing
import RuntimeCells

/// The token vectors of the generation served so far.
///
/// Half-precision vectors are taken over into any index. Four-bit ones lost what other centroids would code, so they are taken over with
/// their centroids and levels, which also code what is new, as long as these were trained on most of the documents.
struct ReusableTokens: Sendable {
  /// The most documents that the centroids were not trained on, as a share of all.
  static let maximumUntrainedShare = 0.2
  /// What a manifest calls the number of these documents.
  static let untrainedKey = "untrained"

  /// The index they are in.
  let index: XTRIndex
  private let rows: ReusableRows
  private let untrained: Int

  /// Opens the previous generation's vectors, or nil when there are none of the same model, text and form.
  static func open(
    _ previous: Generation?, matching fingerprint: String, threads: DedicatedThreads
  ) async throws -> ReusableTokens? {
    guard let previous, let record = previous.manifest.artifact("xtr") else { return nil }
    let path = previous.directory + "/" + TokenArtifactBuilder.indexFileName
    return try await threads.run { () -> ReusableTokens? in
      guard let index = try? XTRIndex.open(path: path, expected: XTRMetadata(record)), index.metadata.centroids > 0,
        let rows = ReusableRows(previous, channel: "xtr", fingerprint: fingerprint, count: index.count)
      else { return nil }
      return ReusableTokens(
        index: index, rows: rows, untrained: record.settings[untrainedKey].flatMap { Int($0) } ?? 0)
    }
  }

  /// The old rows of those chunks whose text is unchanged, by the chunks' new rows.
  func rows(in chunks: ChunkStore, batch: Int) async throws -> [Int64: Int64] {
    var known: [Int64: Int64] = [:]
    try await chunks.forEachBatch(of: batch) { chunks in
      known.merge(try await rows.rows(for: chunks)) { first, _ in first }
    }
    return known
  }

  /// How many documents the centroids would not be trained on, if they are kept for so many of which so many are known; nil when
  /// they must not be.
  func untrained(of total: Int, known: Int) -> Int? {
    let all = untrained + total - known
    return Double(all) <= Self.maximumUntrainedShare * Double(total) ? all : nil
  }

  /// Closes what was opened for reading.
  func close() { rows.close() }
}
