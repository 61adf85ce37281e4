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
}
