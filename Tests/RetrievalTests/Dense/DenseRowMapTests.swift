import Testing

@testable import Retrieval

/// Row maps that are whole, cut off, damaged, forged, and of other vectors.
@Suite struct DenseRowMapTests {
  static let map = DenseRowMap(
    primary: [3, DenseRowMap.dead, 0, 1], fresh: [2, 4], primaryChecksum: 11, freshChecksum: 22)

  @Test func `A written map reads back`() throws {
    let folder = try TemporaryFolder()
    try Self.map.write(to: folder.file("rows"))
    #expect(try DenseRowMap.read(path: folder.file("rows")) == Self.map)
    #expect(
      try Self.map.places(path: "") == [.primary(2), .primary(3), .fresh(0), .primary(0), .fresh(1)])
    #expect(try bytes(of: folder.file("rows")).count == 56 + 6 * 4 + 8)
  }

  @Test func `Every truncation and every flipped byte is refused`() throws {
    let folder = try TemporaryFolder()
    try Self.map.write(to: folder.file("rows"))
    let whole = try bytes(of: folder.file("rows"))
    for length in whole.indices {
      let file = try folder.write(Array(whole.prefix(length)), to: "cut")
      #expect(throws: RetrievalError(.indexTruncated, ""), "\(length) bytes") { try DenseRowMap.read(path: file) }
      var damaged = whole
      damaged[length] ^= 0x10
      let other = try folder.write(damaged, to: "damaged")
      #expect(throws: RetrievalError.self, "byte \(length)") { try DenseRowMap.read(path: other) }
    }
    #expect(throws: RetrievalError(.indexMissing, "")) { try DenseRowMap.read(path: folder.file("none")) }
    let long = try folder.write(whole + [0], to: "long")
    #expect(throws: RetrievalError(.indexCorrupt, "")) { try DenseRowMap.read(path: long) }
    let foreign = try folder.write(Array("SQLite format 3 and so on".utf8), to: "foreign")
    #expect(throws: RetrievalError(.indexForeign, "")) { try DenseRowMap.read(path: foreign) }
  }

  @Test func `A newer format is named`() throws {
    let folder = try TemporaryFolder()
    try Self.map.write(to: folder.file("rows"))
    var newer = try bytes(of: folder.file("rows"))
    newer[8] = 7
    let file = try folder.write(newer, to: "newer")
    let error = #expect(throws: RetrievalError.self) { try DenseRowMap.read(path: file) }
    #expect(error?.code == .indexVersion)
    #expect(error?.expected == "1")
    #expect(error?.actual == "7")
  }

  /// With good checksums: what a map says must hold by itself.
  @Test(
    arguments: [
      ([3, -1, 0, 1], [2, 5], "5"), ([3, -1, 0, 1], [2, -7], "-7"), ([3, -1, 0, -3], [2, 4], "-3"),
      ([3, -1, 0, 1], [2, 3], "two"), ([1, -1, 0, 1], [2, 4], "two"), ([3, -1, 0, 1], [-1, 4], "-1"),
    ] as [([Int32], [Int32], String)])
  func `A map that leads outside or twice to one row is refused`(
    primary: [Int32], fresh: [Int32], actual: String
  ) throws {
    let folder = try TemporaryFolder()
    try DenseRowMap(primary: primary, fresh: fresh, primaryChecksum: 0, freshChecksum: 0)
      .write(to: folder.file("rows"))
    let error = #expect(throws: RetrievalError.self) {
      let map = try DenseRowMap.read(path: folder.file("rows"))
      _ = try map.places(path: folder.file("rows"))
    }
    #expect(error?.code == .indexCorrupt)
    #expect(error?.actual == actual)
  }

  @Test func `Parts that do not belong together are refused with both values`() throws {
    let folder = try TemporaryFolder()
    func part(_ count: Int, _ dimension: Int = 8, seed: UInt64 = 1) throws -> FaissIndex {
      let vectors = TestVectors(count: count, dimension: dimension, seed: seed)
      let file = folder.file("\(count)-\(dimension)-\(seed)")
      return try DenseIndexTests.Parts.saved(.flat, vectors.flat, dimension, file)
    }
    let (four, two) = (try part(4), try part(2))
    func overlay(
      _ primary: FaissIndex, _ fresh: FaissIndex, _ sums: (UInt64, UInt64)
    ) throws(RetrievalError) -> DenseOverlay {
      let map = DenseRowMap(
        primary: Self.map.primary, fresh: Self.map.fresh, primaryChecksum: sums.0, freshChecksum: sums.1)
      return try DenseOverlay(map, primary: primary, fresh: fresh, path: "rows")
    }
    let sums = (four.checksum, two.checksum)
    #expect(sums.0 != 0)
    #expect(try overlay(four, two, sums).live == RowSelection([0, 2, 3]))
    let five = try part(5)
    let count = #expect(throws: RetrievalError.self) { try overlay(five, two, sums) }
    #expect(count?.code == .rowCountMismatch)
    #expect(count?.expected == "4 rows (map)")
    #expect(count?.actual == "5 rows (primary part)")
    let one = try part(1)
    #expect(throws: RetrievalError(.rowCountMismatch, "")) { try overlay(four, one, sums) }
    let other = try part(4, seed: 2)
    let content = #expect(throws: RetrievalError.self) { try overlay(other, two, sums) }
    #expect(content?.code == .indexCorrupt)
    #expect(content?.expected == String(four.checksum, radix: 16))
    #expect(content?.actual == String(other.checksum, radix: 16))
    let wide = try part(2, 9)
    let length = #expect(throws: RetrievalError.self) { try overlay(four, wide, (four.checksum, wide.checksum)) }
    #expect(length?.code == .dimensionMismatch)
    #expect(length?.expected == "8 (primary part)")
    #expect(length?.actual == "9 (fresh part)")
  }
}
