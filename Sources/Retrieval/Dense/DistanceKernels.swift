import CFaiss

/// The inner-product kernels behind every dense search.
public enum DistanceKernels {
  /// The set this processor runs: `avx512`, `avx2`, `neon` or `portable`.
  public static var active: String { String(cString: cfaiss_kernel()) }

  /// How a set computes products, for tests.
  enum Way: Int32, CaseIterable {
    case plain, scattered, scan, scanFour
    /// Rows of whole numbers, 0...255.
    case bytes
  }

  /// All products of queries and rows by the named set; nil when this processor cannot run it.
  static func products(
    _ name: String, _ way: Way, queries: [Float], rows: [Float], dimension: Int
  ) -> [Float]? {
    let (queryCount, rowCount) = (queries.count / dimension, rows.count / dimension)
    var out = [Float](repeating: .nan, count: queryCount * rowCount)
    let ran = cfaiss_kernel_products(
      name, way.rawValue, queries, Int64(queryCount), rows, Int64(rowCount), Int64(dimension), &out)
    return ran == 1 ? out : nil
  }

  /// Products of 16-bit numbers with rows of 8-bit codes by the named set; nil when this processor cannot run it.
  static func codeProducts(_ name: String, query: [Int16], codes: [Int8]) -> [Int32]? {
    let rows = codes.count / query.count
    var out = [Int32](repeating: .min, count: rows)
    return cfaiss_kernel_codes(name, query, codes, Int64(rows), Int64(query.count), &out) == 1 ? out : nil
  }

  /// The best rows of a flat index by the named set, and how many were compared exactly.
  ///
  /// - Parameters:
  ///   - isCoded: Whether by way of codes, which the index keeps.
  ///   - k: From 1 to the number of rows.
  /// - Returns: Nil when this processor cannot run the set; no hits and -1 when codes leave it to a plain scan.
  static func search(
    _ name: String, _ index: FaissIndex, isCoded: Bool, query: [Float], k: Int
  ) -> (hits: [FlatHit], compared: Int)? {
    var scores = [Float](repeating: .nan, count: k)
    var ids = [Int64](repeating: -1, count: k)
    var compared: Int64 = 0
    let ran = cfaiss_kernel_search(
      name, index.handle, isCoded ? 1 : 0, query, Int64(k), &scores, &ids, &compared)
    guard ran == 1 else { return nil }
    let hits = zip(ids, scores).filter { $0.0 >= 0 }.map { FlatHit(row: $0.0, bits: $0.1.bitPattern) }
    return (hits, Int(compared))
  }

  /// A row with the bits of its score.
  struct FlatHit: Equatable {
    let row: Int64
    let bits: UInt32
  }
}
