/// What lies over a primary index that was built for an earlier generation: which of its rows still live and where they
/// lead, and a flat index of the vectors it lacks.
struct DenseOverlay: Sendable {
  /// The chunk rows of both parts.
  let map: DenseRowMap
  /// The vectors that the primary lacks.
  let fresh: FaissIndex
  /// Where each chunk row's vector is.
  let places: [DensePlace]
  /// The rows of the primary that lead to a chunk.
  let live: RowSelection
  /// Whether the primary's rows are in the order of the chunks, so that its ties are theirs.
  let isOrdered: Bool

  /// Puts the parts together.
  ///
  /// - Throws: ``RetrievalError``: `rowCountMismatch` or `indexCorrupt` when the map belongs to other vectors,
  ///   `dimensionMismatch` when the parts' vectors differ in length, `indexCorrupt` for a map that leads nowhere.
  init(_ map: DenseRowMap, primary: FaissIndex, fresh: FaissIndex, path: String) throws(RetrievalError) {
    for (name, index, count, checksum) in [
      ("primary", primary, map.primary.count, map.primaryChecksum),
      ("fresh", fresh, map.fresh.count, map.freshChecksum),
    ] {
      guard index.count == count else {
        throw RetrievalError(
          .rowCountMismatch, "The \(name) part of the dense index and its row map do not belong together: index again.",
          expected: "\(count) rows (map)", actual: "\(index.count) rows (\(name) part)", path: path)
      }
      guard index.checksum == checksum else {
        throw DenseRowMap.corrupt(
          "it was made for another \(name) part", String(checksum, radix: 16), String(index.checksum, radix: 16), path)
      }
    }
    guard fresh.dimension == primary.dimension else {
      throw RetrievalError(
        .dimensionMismatch, "The parts of the dense index have vectors of different lengths: index again.",
        expected: "\(primary.dimension) (primary part)", actual: "\(fresh.dimension) (fresh part)", path: path)
    }
    self.map = map
    self.fresh = fresh
    places = try map.places(path: path)
    live = RowSelection(map.primary.indices.lazy.filter { map.primary[$0] >= 0 }.map { Int64($0) })
    let rows = map.primary.lazy.filter { $0 >= 0 }
    isOrdered = zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Bytes of the fresh vectors and of all tables.
  var memoryBytes: Int {
    fresh.memoryBytes + 4 * (map.primary.count + map.fresh.count)
      + places.count * MemoryLayout<DensePlace>.stride + live.words.count * 8
  }

  /// The rows of each part that belong to selected chunks, and to a chunk at all.
  func parts(of selection: RowSelection?) -> (primary: RowSelection, fresh: RowSelection?) {
    guard let selection else { return (live, nil) }
    var (old, new): ([Int64], [Int64]) = ([], [])
    selection.forEach { row in
      guard row < places.count else { return }
      switch places[Int(row)] {
      case .primary(let place): old.append(Int64(place))
      case .fresh(let place): new.append(Int64(place))
      }
    }
    return (RowSelection(old), RowSelection(new))
  }
}
