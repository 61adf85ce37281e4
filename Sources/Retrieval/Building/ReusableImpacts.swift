import Indexing
import RuntimeCells

/// The sparse vectors of the generation served so far.
struct ReusableImpacts: Sendable {
  private let rows: ReusableRows
  private let impacts: [[(term: Int32, impact: UInt8)]]

  /// Opens the previous generation's vectors, or nil when there are none of the same model and text.
  static func open(
    _ previous: Generation?, matching fingerprint: String, threads: DedicatedThreads
  ) async throws -> ReusableImpacts? {
    guard let previous else { return nil }
    let path = previous.directory + "/" + SpladeArtifactBuilder.indexFileName
    return try await threads.run { () -> ReusableImpacts? in
      guard let index = try? SpladeIndex.open(path: path),
        let rows = ReusableRows(previous, channel: "splade", fingerprint: fingerprint, count: index.count)
      else { return nil }
      return ReusableImpacts(rows: rows, impacts: index.impactsByRow())
    }
  }

  /// The impacts of those chunks whose text is unchanged, by the chunks' new rows.
  func impacts(for wanted: [Chunk]) async throws -> [Int64: [(term: Int32, impact: UInt8)]] {
    try await rows.rows(for: wanted).mapValues { impacts[Int($0)] }
  }

  /// Closes what was opened for reading.
  func close() { rows.close() }
}
