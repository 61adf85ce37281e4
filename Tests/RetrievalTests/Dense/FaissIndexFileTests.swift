import Foundation
import Testing

@testable import Retrieval

/// Files that are whole, cut off, foreign, damaged and forged.
@Suite struct FaissIndexFileTests {
  static let kinds: [FaissIndexKind] = [
    .flat, .hnsw(HNSWParameters(links: 8, constructionBeam: 40)), .ivfSQ8, .ivfPQ,
  ]
  static let vectors = TestVectors(count: 120, dimension: 12)

  static func saved(_ kind: FaissIndexKind, in folder: TemporaryFolder) throws -> String {
    let file = folder.file("faiss.index")
    try FaissIndexSearchTests.build(kind, vectors).save(to: file)
    return file
  }

  @Test(arguments: kinds) func `A saved index opens with the same answers`(kind: FaissIndexKind) throws {
    let folder = try TemporaryFolder()
    let built = try FaissIndexSearchTests.build(kind, Self.vectors)
    let file = folder.file("faiss.index")
    try built.save(to: file)
    let opened = try FaissIndex.open(path: file, expectedDimension: 12)
    #expect(opened.kind == kind)
    #expect(opened.count == 120)
    for query in TestVectors(count: 20, dimension: 12, seed: 9).rows {
      #expect(try opened.search(query, k: 10) == built.search(query, k: 10))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["faiss.index"])
  }

  @Test(arguments: kinds) func `An empty index survives its file`(kind: FaissIndexKind) throws {
    let folder = try TemporaryFolder()
    let file = folder.file("faiss.index")
    try FaissIndexBuilder(dimension: 5, kind: kind).finish().save(to: file)
    let opened = try FaissIndex.open(path: file)
    #expect(opened.count == 0)
    #expect(try opened.search([1, 0, 0, 0, 0], k: 3).isEmpty)
  }

  @Test func `Another dimension than the model's names both`() throws {
    let folder = try TemporaryFolder()
    let file = try Self.saved(.flat, in: folder)
    let error = #expect(throws: RetrievalError.self) { try FaissIndex.open(path: file, expectedDimension: 384) }
    #expect(error?.code == .dimensionMismatch)
    #expect(error?.expected == "384")
    #expect(error?.actual == "12")
    #expect(error?.path == file)
  }

  @Test func `A missing file and a folder are told apart`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: RetrievalError(.indexMissing, "")) { try FaissIndex.open(path: folder.file("none")) }
    #expect(throws: RetrievalError(.io, "")) { try FaissIndex.open(path: folder.path) }
  }

  @Test func `Saving into a missing folder fails and leaves nothing`() throws {
    let index = try FaissIndexSearchTests.build(.flat, Self.vectors)
    #expect(throws: RetrievalError(.indexMissing, "")) { try index.save(to: "/nonexistent-folder/faiss.index") }
  }

  @Test(arguments: kinds) func `Every truncation is refused as such`(kind: FaissIndexKind) throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: Self.saved(kind, in: folder))
    for length in stride(from: 0, to: whole.count, by: 97) {
      let file = try folder.write(Array(whole.prefix(length)), to: "cut")
      #expect(throws: RetrievalError(.indexTruncated, ""), "\(length) of \(whole.count) bytes") {
        try FaissIndex.open(path: file)
      }
    }
  }

  @Test func `Foreign files are refused as such`() throws {
    let folder = try TemporaryFolder()
    for content in ["SQLite format 3\0 and so on", String(repeating: "x", count: 4_096)] {
      let file = try folder.write(Array(content.utf8), to: "foreign")
      #expect(throws: RetrievalError(.indexForeign, "")) { try FaissIndex.open(path: file) }
    }
  }

  @Test(arguments: kinds) func `Every flipped byte is noticed`(kind: FaissIndexKind) throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: Self.saved(kind, in: folder))
    for position in stride(from: 0, to: whole.count, by: 61) {
      var damaged = whole
      damaged[position] ^= 0x40
      let file = try folder.write(damaged, to: "damaged")
      #expect(throws: RetrievalError.self, "byte \(position)") { try FaissIndex.open(path: file) }
    }
  }

  /// Checksums recomputed after the damage, as an attacker would: the structure checks alone must hold.
  @Test(arguments: kinds) func `A forged file is refused or harmless`(kind: FaissIndexKind) throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: Self.saved(kind, in: folder))
    var generator = SplitMix64(state: 77)
    // The headers byte by byte, then places in the graph and vectors at random.
    let positions = Array(0..<160) + (0..<600).map { _ in Int.random(in: 160..<whole.count - 64, using: &generator) }
    var refused = 0
    for position in positions {
      for value in [UInt8(0xFF), 0x7F, 0x00] {
        var forged = whole
        forged[position] = value
        Self.reseal(&forged)
        let file = try folder.write(forged, to: "forged")
        do {
          let index = try FaissIndex.open(path: file)
          _ = try index.search(Self.vectors.rows[0], k: 120)
        } catch let error as RetrievalError {
          refused += 1
          #expect(error.code == .indexCorrupt, "\(error) at byte \(position)")
        }
      }
    }
    #expect(refused > 60)
  }

  @Test func `A forged trailer cannot ask for an absurd allocation`() throws {
    let folder = try TemporaryFolder()
    var forged = try bytes(of: Self.saved(.flat, in: folder))
    // The number of values in the vector section: header of 37 bytes, then a 64-bit count.
    forged.replaceSubrange(37..<45, with: [0, 0, 0, 0, 255, 0, 0, 0])
    Self.reseal(&forged)
    let file = try folder.write(forged, to: "forged")
    #expect(throws: RetrievalError(.indexCorrupt, "")) { try FaissIndex.open(path: file) }
  }

  /// The values lie at the end of a flat index and of a graph alike.
  @Test(arguments: kinds.prefix(2), [Float.nan, .infinity, -.infinity, 3e38])
  func `A forged file with a vector that is not finite is refused, and names it`(
    kind: FaissIndexKind, value: Float
  ) throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: Self.saved(kind, in: folder))
    let values = whole.count - 64 - 120 * 12 * 4
    for row in [0, 57, 119] {
      var forged = whole
      let place = values + (row * 12 + 5) * 4
      withUnsafeBytes(of: value) { forged.replaceSubrange(place..<place + 4, with: $0) }
      Self.reseal(&forged)
      let file = try folder.write(forged, to: "forged")
      let error = #expect(throws: RetrievalError.self) { try FaissIndex.open(path: file) }
      #expect(
        error?.code == .indexCorrupt && error?.message.contains("vector \(row) ") == true,
        "\(String(describing: error))")
    }
  }

  @Test func `A newer format version is named`() throws {
    let folder = try TemporaryFolder()
    var newer = try bytes(of: Self.saved(.flat, in: folder))
    newer[newer.count - 64 + 8] = 9
    Self.reseal(&newer)
    let file = try folder.write(newer, to: "newer")
    let error = #expect(throws: RetrievalError.self) { try FaissIndex.open(path: file) }
    #expect(error?.code == .indexVersion)
    #expect(error?.expected == "1")
    #expect(error?.actual == "9")
  }

  @Test func `The checksum is XXH64`() {
    #expect(FaissChecksum.value(of: []) == 0xEF46_DB37_51D8_E999)
    #expect(FaissChecksum.value(of: Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
  }

  /// Writes both checksums of the trailer anew.
  static func reseal(_ file: inout [UInt8]) {
    let trailer = file.count - 64
    store(FaissChecksum.value(of: Array(file[..<trailer])), at: trailer + 40, in: &file)
    store(FaissChecksum.value(of: Array(file[trailer..<trailer + 56])), at: trailer + 56, in: &file)
  }

  private static func store(_ value: UInt64, at position: Int, in file: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { file.replaceSubrange(position..<position + 8, with: $0) }
  }
}
