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
      // Each component's range, here and at FAISS.
      return lists(count: count, dimension: dimension, code: dimension, trained: dimension * 8, isMapped: isMapped)
    case .ivfPQ:
      // 256 vectors a part.
      return lists(
        count: count, dimension: dimension, code: Int(cfaiss_usual_parts(Int32(clamping: dimension))),
        trained: 256 * dimension * 4, isMapped: isMapped)
    }
  }

  /// Bytes of inverted lists with codes of so many bytes, and `trained` bytes that say what these stand for.
  private static func lists(count: Int, dimension: Int, code: Int, trained: Int, isMapped: Bool) -> Int {
    let lists = Int(cfaiss_usual_lists(Int64(count)))
    // Centroids, a list's head, and each row's place.
    let tables = lists * dimension * 4 + trained + lists * 28 + count * 4
    // The codes and an id of 8 bytes; FAISS's lists have heads of their own, and what the codes stand for once more.
    return isMapped ? tables : tables + count * (code + 8) + lists * 48 + trained
  }
}
