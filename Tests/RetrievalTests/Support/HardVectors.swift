@testable import Retrieval

/// Vectors and queries that a scan by way of codes could go wrong on.
enum HardVectors: String, CaseIterable {
  case random, clustered, duplicates, nearTies, opposite, zeros, oneLarge, mixedLengths, tiny, denormal, huge, whole
  /// Codes miss nothing: only the rounding of the product is left.
  case exactCodes

  /// Rows of `dimension` values, and queries.
  func make(rows count: Int, dimension: Int, seed: UInt64 = 11) -> (rows: [[Float]], queries: [[Float]]) {
    var generator = SplitMix64(state: seed &+ UInt64(dimension))
    func vector(_ scale: Float = 1) -> [Float] {
      (0..<dimension).map { _ in scale * Float.random(in: -1...1, using: &generator) }
    }
    func bytes() -> [Float] {
      (0..<dimension).map { $0 == 0 ? 127 : Float(Int.random(in: -127...127, using: &generator)) }
    }
    let base = self == .exactCodes ? bytes() : vector()
    var rows = (0..<count).map { row in
      switch self {
      case .random: return vector()
      case .clustered:
        return TestVectors.normalised(zip(base, vector(row % 3 == 0 ? 0.02 : 0.8)).map { $0 + $1 })
      case .duplicates, .zeros: return vector()
      case .nearTies:
        // The last bits of a few components differ: far less than a step of codes.
        guard row % 12 == 5 else { return vector() }
        var near = base
        for _ in 0..<3 {
          let place = Int.random(in: 0..<dimension, using: &generator)
          near[place] = Bool.random(using: &generator) ? near[place].nextUp : near[place].nextDown
        }
        return near
      case .exactCodes:
        guard row % 12 == 5 else { return bytes() }
        // Apart by what a sum of such numbers rounds by.
        return base.enumerated().map { place, value in
          place % 2 == 1 && abs(value) < 127 ? value + Float(Int.random(in: -1...1, using: &generator)) : value
        }
      case .opposite: return row % 12 == 5 ? base : row % 12 == 6 ? base.map { -$0 } : vector()
      case .oneLarge:
        // One component takes the whole range of codes, the others are lost in rounding.
        var uneven = vector(0.003)
        uneven[row % dimension] = row % 2 == 0 ? 1 : -1
        return uneven
      case .mixedLengths:
        return vector(Float(sign: .plus, exponent: Int.random(in: -40...20, using: &generator), significand: 1))
      case .tiny: return vector(1e-19)
      case .denormal: return vector(Float(bitPattern: 0x5000))
      case .huge: return vector(1e17)
      case .whole: return (0..<dimension).map { _ in Float(Int.random(in: -2...2, using: &generator)) }
      }
    }
    switch self {
    case .duplicates: rows = rows.indices.map { rows[$0 % max(1, count / 5)] }
    case .zeros:
      for row in rows.indices where row % 3 != 0 {
        rows[row] = [Float](repeating: row % 2 == 0 ? 0 : -0.0, count: dimension)
      }
    default: break
    }
    if self == .exactCodes {
      let query = base.enumerated().map { place, value -> Float in
        place == 0 ? 32_767 : place % 2 == 1 ? Float(Int.random(in: -9...9, using: &generator)) : value * 258
      }
      return (rows, [query, query.map { $0 / 1024 }, base])
    }
    let length = rows.first.map { $0.map(abs).max() ?? 0 } ?? 1
    let queries = [base, rows[count / 2], rows[0].map { -$0 }, vector(), vector(1e-30), vector(length), vector(1e16)]
    let zero = [Float](repeating: 0, count: dimension)
    let least = [Float](repeating: .leastNonzeroMagnitude, count: dimension)
    return (rows, queries + [zero, least])
  }
}
