import CFaiss

extension FaissIndex {
  /// Bytes an index of this size would take in memory, before it is built: within a tenth of ``memoryBytes`` from a thousand
  /// rows on.
  ///
  /// - Parameters:
  ///   - count: Rows.
  ///   - dimension: Values in a vector.
  ///   - kind: How it searches; ``FaissIndexKind/automatic`` is decided by `count`.
  ///   - isMapped: Whether it is opened mapped, as far as its kind can be.
  ///   - scansInt8: Whether it keeps 8-bit codes beside its vectors, if it is flat.
  public static func estimatedBytes(
    count: Int, dimension: Int, kind: FaissIndexKind, isMapped: Bool = false, scansInt8: Bool = false
  ) -> Int {
    switch kind.resolved(rows: count) {
    case .flat, .automatic:
      // A code a component, a step and a bound a row.
      return count * dimension * 4 + (scansInt8 ? count * (dimension + 8) : 0)
    case .hnsw(let parameters):
      // 2M links at the bottom, M/(M-1) more levels of M on average, an offset and a level a row.
      let links = Double(2 * parameters.links) + Double(parameters.links) / Double(max(1, parameters.links - 1))
      return count * dimension * 4 + Int(Double(count) * (links * 4 + 12))
    case .ivfSQ8:
      let lists = Int(cfaiss_usual_lists(Int64(count)))
      // Centroids, each component's range, a list's head, and each row's place.
      let tables = (lists + 2) * dimension * 4 + lists * 28 + count * 4
      // A code a component and an id of 8 bytes; FAISS's lists have heads of their own, and the ranges once more.
      return isMapped ? tables : tables + count * (dimension + 8) + lists * 48 + dimension * 8
    }
  }
}
