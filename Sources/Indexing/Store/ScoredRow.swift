/// A hit of the full-text table.
public struct ScoredRow: Sendable, Hashable {
  /// The chunk's row.
  public let row: Int64
  /// BM25 with k1 = 1.2 and b = 0.75, as FTS5 computes it but positive: larger is better.
  public let score: Double

  /// Creates a hit.
  public init(row: Int64, score: Double) {
    self.row = row
    self.score = score
  }
}
