/// Which chunk each vector of a two-part dense index belongs to.
///
/// The primary part was built for an earlier generation and is kept as it was: its rows lead to other chunk rows now, or to
/// none (a tombstone). The fresh part holds the vectors that the primary lacks. Each chunk row of the generation has
/// exactly one vector in one of the two.
struct DenseRowMap: Sendable, Equatable {
  /// The chunk row of a primary vector that no chunk has any more.
  static let dead: Int32 = -1

  /// The chunk row of each row of the primary part, or ``dead``.
  let primary: [Int32]
  /// The chunk row of each row of the fresh part.
  let fresh: [Int32]
  /// XXH64 of the primary file's content, so that a map never meets the vectors of another generation.
  let primaryChecksum: UInt64
  /// XXH64 of the fresh file's content.
  let freshChecksum: UInt64

  /// Rows of the generation.
  var count: Int { primary.count - deadCount + fresh.count }
  /// Rows of the primary part that belong to no chunk.
  let deadCount: Int

  init(primary: [Int32], fresh: [Int32], primaryChecksum: UInt64, freshChecksum: UInt64) {
    self.primary = primary
    self.fresh = fresh
    self.primaryChecksum = primaryChecksum
    self.freshChecksum = freshChecksum
    deadCount = primary.count { $0 == Self.dead }
  }

  /// Where the vector of each chunk row is.
  ///
  /// - Throws: ``RetrievalError`` with `indexCorrupt` when a row lies outside, or two vectors have the same row.
  func places(path: String) throws(RetrievalError) -> [DensePlace] {
    var places = [DensePlace?](repeating: nil, count: count)
    for (part, rows) in [(true, primary), (false, fresh)] {
      for (index, row) in rows.enumerated() where row != Self.dead || !part {
        guard row >= 0, Int(row) < places.count else {
          throw Self.corrupt("a vector leads to a row outside", "0..<\(places.count)", "\(row)", path)
        }
        guard places[Int(row)] == nil else {
          throw Self.corrupt("two vectors lead to the same row", "one vector of row \(row)", "two", path)
        }
        places[Int(row)] = part ? .primary(Int32(index)) : .fresh(Int32(index))
      }
    }
    // As many vectors as rows, no row twice, none outside: every row has one.
    return places.compactMap { $0 }
  }

  static func corrupt(_ what: String, _ expected: String, _ actual: String, _ path: String) -> RetrievalError {
    RetrievalError(
      .indexCorrupt, "The row map of the dense index is damaged: \(what). Build the index again (`codeintel index`).",
      expected: expected, actual: actual, path: path)
  }
}

/// Where a chunk's vector is: a row of one of the two parts of a dense index.
enum DensePlace: Sendable, Equatable {
  case primary(Int32)
  case fresh(Int32)
}
