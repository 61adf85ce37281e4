import Testing

@testable import Retrieval

/// Every set of kernels this processor runs against products in double precision.
@Suite struct DistanceKernelTests {
  static let dimensions = [1, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 100, 128, 383, 384, 385, 768]

  static func isRunnable(_ name: String) -> Bool {
    DistanceKernels.products(name, .plain, queries: [1], rows: [1], dimension: 1) != nil
  }

  @Test func `The active set is one that this processor runs`() {
    #expect(Self.isRunnable(DistanceKernels.active))
    #expect(Self.isRunnable("portable"))
    #expect(!Self.isRunnable("no-such-set"))
  }

  @Test(
    arguments: ["avx512", "avx2", "neon", "portable"].filter(isRunnable), dimensions)
  func `Products agree with double precision at every length`(name: String, dimension: Int) throws {
    let queries = TestVectors(count: 4, dimension: dimension, seed: 5)
    let rows = TestVectors(count: 12, dimension: dimension, seed: 6)
    for way in DistanceKernels.Way.allCases where way != .bytes {
      let products = try #require(
        DistanceKernels.products(name, way, queries: queries.flat, rows: rows.flat, dimension: dimension))
      for (q, query) in queries.rows.enumerated() {
        for (r, row) in rows.rows.enumerated() {
          var exact = 0.0
          for (left, right) in zip(query, row) { exact += Double(left) * Double(right) }
          #expect(abs(Double(products[q * 12 + r]) - exact) < 1e-5, "\(way) at query \(q), row \(r)")
        }
      }
    }
  }

  @Test(
    arguments: ["avx512", "avx2", "neon", "portable"].filter(isRunnable), dimensions)
  func `Products with bytes agree with double precision at every length`(name: String, dimension: Int) throws {
    let queries = TestVectors(count: 4, dimension: dimension, seed: 5)
    var generator = SplitMix64(state: 6)
    // The smallest and the largest code among them.
    let rows = (0..<3 * dimension).map {
      $0 < 2 ? Float($0 * 255) : Float(UInt8.random(in: .min ... .max, using: &generator))
    }
    let products = try #require(
      DistanceKernels.products(name, .bytes, queries: queries.flat, rows: rows, dimension: dimension))
    for (q, query) in queries.rows.enumerated() {
      for r in 0..<3 {
        let row = rows[r * dimension..<(r + 1) * dimension]
        let exact = zip(query, row).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(products[q * 3 + r]) - exact) < 255 * 1e-5, "query \(q), row \(r)")
      }
    }
  }

  @Test func `Rows that do not come in fours are scanned to the end`() throws {
    for count in 1...9 {
      let rows = TestVectors(count: count, dimension: 40)
      for way in [DistanceKernels.Way.scan, .scanFour] {
        let queries = TestVectors(count: 4, dimension: 40, seed: 3)
        let products = try #require(
          DistanceKernels.products(
            DistanceKernels.active, way, queries: queries.flat, rows: rows.flat, dimension: 40))
        let plain = try #require(
          DistanceKernels.products("portable", .plain, queries: queries.flat, rows: rows.flat, dimension: 40))
        for (one, other) in zip(products, plain) { #expect(abs(one - other) < 1e-5) }
      }
    }
  }
}
