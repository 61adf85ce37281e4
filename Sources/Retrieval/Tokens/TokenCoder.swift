import CKernels

/// How token vectors become rows of an index: the nearest centroid of each, and in four bits what is left beside it.
struct TokenCoder: Sendable {
  /// The centroids.
  let clusters: TokenClusters
  /// What four bits stand for; of no use to half-precision rows.
  let codec: ResidualCodec

  /// Rows read and coded at a time.
  static let block = 4096
  private static let codecSample = 2048

  /// A coder for vectors of length 1, trained on them.
  ///
  /// - Throws: `CancellationError`.
  init(training rows: TokenRows, centroids: Int, element: TokenElement) throws {
    clusters = try TokenClusters(training: rows, count: centroids)
    guard element == .residual4, rows.count > 0 else {
      codec = ResidualCodec(residuals: [])
      return
    }
    let size = min(rows.count, Self.codecSample)
    var residuals = rows.read((0..<size).map { $0 * rows.count / size })
    let dimension = rows.dimension
    for (row, place) in try clusters.nearest(residuals, rows: size).enumerated() {
      for i in 0..<dimension {
        residuals[row * dimension + i] -= clusters.centroids[Int(place) * dimension + i]
      }
    }
    codec = ResidualCodec(residuals: residuals)
  }

  /// The coder of an index in four bits.
  init(of index: XTRIndex) {
    let (facts, count) = (index.metadata, Int(ck_token_levels))
    clusters = TokenClusters(
      Array(UnsafeBufferPointer(start: index.centroids, count: facts.centroids * facts.dimension)),
      dimension: facts.dimension)
    codec = ResidualCodec(levels: Array(UnsafeBufferPointer(start: index.levels, count: count)))
  }

  /// Four bits a component of so many rows, whose nearest centroids are known.
  func codes(_ values: [Float], places: some Collection<UInt32>) -> [UInt8] {
    let dimension = clusters.dimension
    var codes = [UInt8](repeating: 0, count: places.count * dimension / 2)
    codes.withUnsafeMutableBufferPointer { codes in
      values.withUnsafeBufferPointer { values in
        clusters.centroids.withUnsafeBufferPointer { centroids in
          guard let codes = codes.baseAddress, let values = values.baseAddress, let table = centroids.baseAddress
          else { return }
          for (row, place) in places.enumerated() {
            ck_residual_encode(
              values + row * dimension, table + Int(place) * dimension, codec.bounds, dimension,
              codes + row * dimension / 2)
          }
        }
      }
    }
    return codes
  }
}
