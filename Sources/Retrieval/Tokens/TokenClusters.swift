import CKernels

/// Centroids of token vectors by spherical k-means over a sample (I. Dhillon, D. Modha, 2001).
struct TokenClusters: Sendable {
  let count: Int
  let dimension: Int
  /// [count, dimension], each row of length 1.
  private(set) var centroids: [Float]
  private let isa = ck_isa_best()

  private static let rounds = 4
  private static let samplesPerCentroid = 32
  /// Rows multiplied at a time: their products with all centroids stay in the second-level cache or near it.
  private static let block = 96

  /// About four times the square root of the number of tokens, a power of two: lists of some hundred tokens.
  static func usualCount(tokens: Int) -> Int {
    guard tokens > 0 else { return 0 }
    var count = 1
    while count * 2 <= min(tokens, XTRLayout.maximumCentroids), Double(count) * 1.5 < 4 * Double(tokens).squareRoot() {
      count *= 2
    }
    return count
  }

  /// Centroids that are there already, [count, dimension].
  init(_ centroids: [Float], dimension: Int) {
    self.centroids = centroids
    self.dimension = dimension
    count = centroids.count / dimension
  }

  /// Trains centroids on `rows`, which are of length 1.
  ///
  /// - Throws: `CancellationError`.
  init(training rows: TokenRows, count: Int) throws {
    self.count = count
    dimension = rows.dimension
    centroids = []
    guard count > 0 else { return }
    let size = min(rows.count, count * Self.samplesPerCentroid)
    // Evenly over all documents: neighbours in the file resemble each other.
    let sample = (0..<size).map { Int((Double($0) + 0.5) * Double(rows.count) / Double(size)) }
    let values = rows.read(sample)
    for place in 0..<count {
      let from = place * size / count * dimension
      centroids += values[from..<from + dimension]
    }
    for _ in 0..<Self.rounds {
      try Task.checkCancellation()
      let places = try nearest(values, rows: size)
      move(to: values, places: places)
    }
  }

  /// The centroids as ``nearest(_:rows:packed:)`` multiplies them.
  func packed() -> [Float] {
    var packed = [Float](repeating: 0, count: ck_packed_count(isa, count, dimension))
    ck_pack_weights(isa, centroids, count, dimension, &packed)
    return packed
  }

  /// The nearest centroid of each row.
  ///
  /// - Parameter packed: What ``packed()`` gives, for whoever asks for few rows at a time.
  /// - Throws: `CancellationError`.
  func nearest(_ values: [Float], rows: Int, packed: [Float]? = nil) throws -> [UInt32] {
    var places = [UInt32](repeating: 0, count: rows)
    let packed = packed ?? self.packed()
    let zeros = [Float](repeating: 0, count: count)
    var products = [Float](repeating: 0, count: Self.block * count)
    for first in stride(from: 0, to: rows, by: Self.block) {
      try Task.checkCancellation()
      let part = min(Self.block, rows - first)
      values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return }
        ck_linear(
          isa, base + first * dimension, part, dimension, packed, zeros, count, ck_epilogue_none, nil, &products)
      }
      places.withUnsafeMutableBufferPointer { places in
        guard let base = places.baseAddress else { return }
        ck_largest_columns(isa, products, part, count, base + first)
      }
    }
    return places
  }

  /// Each centroid becomes the direction of its members' mean; one without members stays where it is.
  private mutating func move(to values: [Float], places: [UInt32]) {
    var sums = [Float](repeating: 0, count: count * dimension)
    var members = [Int](repeating: 0, count: count)
    sums.withUnsafeMutableBufferPointer { sums in
      values.withUnsafeBufferPointer { values in
        for (row, place) in places.enumerated() {
          members[Int(place)] += 1
          let (from, to) = (row * dimension, Int(place) * dimension)
          for i in 0..<dimension { sums[to + i] += values[from + i] }
        }
      }
    }
    for place in 0..<count where members[place] > 0 {
      var mean = Array(sums[place * dimension..<(place + 1) * dimension])
      let norm = ck_normalize(&mean, dimension)
      guard norm > 0, norm.isFinite else { continue }
      centroids.replaceSubrange(place * dimension..<(place + 1) * dimension, with: mean)
    }
  }
}
