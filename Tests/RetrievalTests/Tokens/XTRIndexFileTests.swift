import Foundation
import Testing

@testable import Retrieval

/// Files that are cut off, foreign, damaged or of something else are refused, and the error names both sides.
@Suite struct XTRIndexFileTests {
  let folder: TemporaryFolder
  let path: String
  let facts: XTRMetadata
  let bytes: Data

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("xtr.index")
    facts = try TokenCorpus(documents: 30).write(to: path, element: .residual4)
    bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  }

  private func failure(_ data: Data, expected: XTRMetadata? = nil) throws -> RetrievalError? {
    try data.write(to: URL(fileURLWithPath: path))
    return #expect(throws: RetrievalError.self) { try XTRIndex.open(path: path, expected: expected) }
  }

  @Test func `Any file that ends too early is truncated`() throws {
    for length in [0, 1, 7, 8, 511, 512, 513, bytes.count / 2, bytes.count - 1] {
      let error = try failure(bytes.prefix(length))
      #expect(error?.code == .indexTruncated, "\(length) bytes")
      #expect(error?.expected != nil && error?.actual == "\(length)")
    }
  }

  @Test func `A file of another kind is foreign, one of a later format says so`() throws {
    #expect(try failure(Data("SQLite format 3\0 and more".utf8))?.code == .indexForeign)
    var later = bytes
    later[8] = 9
    let error = try failure(later)
    #expect(error?.code == .indexVersion && error?.expected == "1" && error?.actual == "9")
  }

  @Test func `A changed byte anywhere is noticed`() throws {
    let places = [12, 16, 24, 32, 48, 60, 124, 500, 511] + stride(from: 512, to: bytes.count, by: 97)
    // The space between parts counts too: everything after the header is under one checksum.
    for place in places {
      var changed = bytes
      changed[place] ^= 0x10
      #expect(try failure(changed)?.code == .indexCorrupt, "byte \(place)")
    }
    #expect(try failure(bytes + [0])?.code == .indexCorrupt)
  }

  @Test func `An index of something else than its generation says names both`() throws {
    let cases: [(WritableKeyPath<XTRMetadata, Int>, Int, RetrievalError.Code)] = [
      (\.dimension, 128, .dimensionMismatch), (\.documents, 31, .rowCountMismatch), (\.tokens, 1, .rowCountMismatch),
    ]
    for (member, value, code) in cases {
      var other = facts
      other[keyPath: member] = value
      let error = try failure(bytes, expected: other)
      #expect(error?.code == code)
      #expect(error?.expected == "\(value)" && error?.actual == "\(facts[keyPath: member])")
    }
    var other = facts
    other.modelID = "another/32"
    #expect(try failure(bytes, expected: other)?.description.contains("expected another/32, found words/32") == true)
    other = facts
    other.element = .float16
    let error = try failure(bytes, expected: other)
    #expect(error?.code == .elementTypeMismatch && error?.expected == "f16" && error?.actual == "4bit")
  }

  @Test func `A sound index of the same size from elsewhere is not this generation's`() throws {
    let own = try #require(facts.checksum)
    var other = facts
    other.checksum = own ^ 1
    let error = try failure(bytes, expected: other)
    #expect(error?.code == .indexCorrupt)
    #expect(error?.expected == String(own ^ 1, radix: 16) && error?.actual == String(own, radix: 16))
    other.checksum = nil
    #expect(try XTRIndex.open(path: path, expected: other).metadata.checksum == own)
  }

  @Test func `A missing file and a folder are told apart`() throws {
    #expect(throws: RetrievalError(.indexMissing, "")) { try XTRIndex.open(path: folder.file("none")) }
    #expect(throws: RetrievalError(.io, "")) { try XTRIndex.open(path: folder.path) }
  }

  @Test func `Right checksums over tables that lead outside are refused`() throws {
    let layout = XTRLayout(facts)
    for place in [layout.starts.lowerBound + 4, layout.listTokens.lowerBound, layout.listDocuments.lowerBound] {
      var forged = bytes
      for i in 0..<4 { forged[place + i] = 0xFF }
      let content = Array(forged[XTRLayout.headerBytes...])
      let header = XTRHeader(
        facts: facts, contentChecksum: FaissChecksum.value(of: content), levels: [Float](repeating: 0, count: 16))
      forged.replaceSubrange(0..<XTRLayout.headerBytes, with: header.encoded())
      #expect(try failure(forged)?.message.contains("leads outside") == true)
    }
  }

  @Test func `Nothing but the index is left behind`() throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["xtr.index"])
  }
}
