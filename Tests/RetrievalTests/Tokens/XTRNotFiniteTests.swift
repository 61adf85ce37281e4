import Embedding
import Foundation
import Testing

@testable import Retrieval

/// Numbers that are none, under right checksums: a document must not rank first, or vanish, because of them.
@Suite struct XTRNotFiniteTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("xtr.index")
  }

  /// Writes an index, lets `change` write into it, and gives it right checksums.
  private func forge(
    _ element: TokenElement, _ change: (_ file: inout Data, _ layout: XTRLayout, _ levels: inout [Float]) -> Void
  ) throws -> XTRMetadata {
    let facts = try TokenCorpus(documents: 30).write(to: path, element: element)
    var file = try Data(contentsOf: URL(fileURLWithPath: path))
    var levels = try file.withUnsafeBytes { try XTRHeader($0, path: path).levels }
    change(&file, XTRLayout(facts), &levels)
    let checksum = FaissChecksum.value(of: Array(file[XTRLayout.headerBytes...]))
    let header = XTRHeader(facts: facts, contentChecksum: checksum, levels: levels)
    file.replaceSubrange(0..<XTRLayout.headerBytes, with: header.encoded())
    try file.write(to: URL(fileURLWithPath: path))
    return facts
  }

  private static func store(_ bits: some FixedWidthInteger, at place: Int, in file: inout Data) {
    withUnsafeBytes(of: bits.littleEndian) { file.replaceSubrange(place..<place + $0.count, with: $0) }
  }

  private func refusal() -> RetrievalError? {
    #expect(throws: RetrievalError.self) { try XTRIndex.open(path: path) }
  }

  /// NaN, a signalling NaN, and both infinities in half precision.
  @Test(arguments: [0x7E00, 0x7C01, 0xFE00, 0x7C00, 0xFC00] as [UInt16])
  func `A half-precision component that is no number is refused with its place`(bits: UInt16) throws {
    // Document 3 has no tokens: the token belongs to the one after it.
    _ = try TokenCorpus(documents: 30).write(to: path, element: .float16)
    let whole = try XTRIndex.open(path: path)
    let token = (0..<4).reduce(0) { $0 + whole.tokenCount(of: $1) }
    try FileManager.default.removeItem(atPath: path)
    let facts = try forge(.float16) { file, layout, _ in
      Self.store(bits, at: layout.rows.lowerBound + (token * 32 + 5) * 2, in: &file)
    }
    #expect(facts.dimension == 32)
    let error = refusal()
    #expect(error?.code == .indexCorrupt)
    #expect(error?.message.contains("token 0 of document 4") == true, "\(error?.message ?? "")")
    #expect(error?.expected == "finite numbers")
    #expect(error?.actual?.hasSuffix("at component 5") == true, "\(error?.actual ?? "")")
    #expect(error?.path == path)
  }

  @Test(arguments: TokenElement.allCases, [Float.nan, .infinity, -.infinity, .signalingNaN, 1e30])
  func `A centroid that is no number, or so large that products overflow, is refused`(
    element: TokenElement, value: Float
  ) throws {
    let facts = try forge(element) { file, layout, _ in
      Self.store(value.bitPattern, at: layout.centroids.upperBound - 4, in: &file)
    }
    let error = refusal()
    #expect(error?.code == .indexCorrupt)
    #expect(error?.message.contains("centroid \(facts.centroids - 1)") == true, "\(error?.message ?? "")")
    #expect(error?.actual?.hasSuffix("at component 31") == true)
  }

  @Test(arguments: [Float.nan, .infinity, -1e30])
  func `A level of the four-bit form that is no number is refused`(value: Float) throws {
    _ = try forge(.residual4) { _, _, levels in levels[9] = value }
    let error = refusal()
    #expect(error?.code == .indexCorrupt)
    #expect(error?.message.contains("level 9") == true, "\(error?.message ?? "")")
  }

  /// The largest numbers that the check lets through still give scores that are numbers.
  @Test func `Large numbers that are accepted cannot make a score that is none`() throws {
    _ = try forge(.residual4) { file, layout, levels in
      for place in stride(from: layout.centroids.lowerBound, to: layout.centroids.upperBound, by: 4) {
        Self.store(Float(65_504).bitPattern, at: place, in: &file)
      }
      levels = levels.map { _ in -65_504 }
    }
    let index = try XTRIndex.open(path: path)
    let corpus = TokenCorpus(documents: 30)
    let hits = try index.search(corpus.question(8, seed: 3), k: 30)
    #expect(hits.allSatisfy { $0.score.isFinite })
    #expect(try index.rescore(corpus.question(8, seed: 3), documents: Array(0..<30)).count == 29)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `A builder refuses what it could not read back`(value: Float) throws {
    let builder = try XTRIndexBuilder(path: path, modelID: "words/32", dimension: 32, element: .float16)
    var values = [Float](repeating: 0.1, count: 64)
    values[40] = value
    #expect(throws: RetrievalError(.vectorNotFinite, "")) {
      try builder.add(TokenVectors(dimension: 32, values: values))
    }
  }
}
