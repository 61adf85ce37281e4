import Foundation

@testable import Retrieval

/// Reproducible unit vectors that lie in clusters, as embeddings do.
struct TestVectors {
  let dimension: Int
  let rows: [[Float]]

  var flat: [Float] { rows.flatMap { $0 } }

  init(count: Int, dimension: Int, clusters: Int = 12, seed: UInt64 = 1) {
    var generator = SplitMix64(state: seed)
    func noise() -> Float { Float.random(in: -1...1, using: &generator) }
    let centres = (0..<clusters).map { _ in (0..<dimension).map { _ in noise() } }
    self.dimension = dimension
    rows = (0..<count).map { row in
      Self.normalised(centres[row % clusters].map { $0 + 0.7 * noise() })
    }
  }

  private init(dimension: Int, rows: [[Float]]) {
    self.dimension = dimension
    self.rows = rows
  }

  /// The rows of others, in turn, so many times.
  init(repeating others: TestVectors, times: Int) {
    self.init(dimension: others.dimension, rows: (0..<times).flatMap { _ in others.rows })
  }

  func suffix(_ count: Int) -> TestVectors { TestVectors(dimension: dimension, rows: rows.suffix(count)) }

  static func normalised(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? vector.map { $0 / length } : vector
  }

  /// The exact answer, computed in double precision: rows by inner product, ties by row.
  func nearest(to query: [Float], k: Int) -> [ChannelHit] {
    var all: [ChannelHit] = []
    for (row, vector) in rows.enumerated() {
      var score = 0.0
      for (left, right) in zip(vector, query) { score += Double(left) * Double(right) }
      all.append(ChannelHit(row: Int64(row), score: score))
    }
    return Array(all.sorted(by: ChannelHit.precedes).prefix(k))
  }
}

struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A folder that is removed with its last reference.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("retrieval-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = file(name)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }
}

func bytes(of file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))) }
