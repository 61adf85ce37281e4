import Embedding
import Foundation
import Testing

@testable import Retrieval

/// The inverted index against a scan over all vectors, and against files that are cut off, foreign, damaged and forged.
@Suite struct SpladeIndexTests {
  /// Reproducible sparse vectors: few terms are frequent, most are rare, as in language.
  static func vectors(_ count: Int, terms: Int, nonzero: Int, seed: UInt64) -> [SparseVector] {
    var generator = SplitMix64(state: seed)
    return (0..<count).map { _ in
      var weights: [Int32: Float] = [:]
      for _ in 0..<nonzero {
        let u = Double.random(in: 0..<1, using: &generator)
        weights[Int32(u * u * u * Double(terms))] = Float.random(in: 0.001...3.5, using: &generator)
      }
      let sorted = weights.sorted { $0.key < $1.key }
      return SparseVector(terms: sorted.map(\.key), weights: sorted.map(\.value))
    }
  }

  static func built(_ vectors: [SparseVector], terms: Int, in folder: TemporaryFolder) throws -> String {
    let builder = try SpladeIndexBuilder(vocabularyCount: terms)
    for vector in vectors { try builder.add(vector) }
    let file = folder.file("splade.index")
    try builder.save(to: file)
    return file
  }

  /// Every row's dot product in whole steps, the rows with one, best first, ties by row.
  static func scan(_ rows: [SparseVector], _ question: SparseVector, k: Int) -> [ChannelHit] {
    let steps = Dictionary(zip(question.terms, question.weights.map { Int(($0 * 256).rounded()) })) { first, _ in first
    }
    let hits = rows.enumerated().compactMap { number, row -> ChannelHit? in
      let sum = zip(row.terms, row.weights).reduce(0) { sum, pair in
        sum + min(255, Int((pair.1 * 64).rounded())) * (steps[pair.0] ?? 0)
      }
      return sum > 0 ? ChannelHit(row: Int64(number), score: Double(sum) / (256 * 64)) : nil
    }
    return Array(hits.sorted(by: ChannelHit.precedes).prefix(k))
  }

  @Test(arguments: [1, 3, 10, 200, 5_000])
  func `The best rows are those of a scan, in the same order`(k: Int) throws {
    let folder = try TemporaryFolder()
    let rows = Self.vectors(3_000, terms: 500, nonzero: 20, seed: 1)
    let index = try SpladeIndex.open(path: Self.built(rows, terms: 500, in: folder), expectedVocabulary: 500)
    #expect(index.count == 3_000)
    #expect(index.postings == rows.reduce(0) { $0 + $1.weights.count { ($0 * 64).rounded() >= 1 } })
    for question in Self.vectors(20, terms: 500, nonzero: 8, seed: 2) {
      let expected = Self.scan(rows, question, k: k)
      #expect(try index.search(question, k: k) == expected)
      #expect(expected.count == min(k, expected.count))
    }
  }

  @Test func `Rows beyond one block of sums are found, ties by row`() throws {
    let folder = try TemporaryFolder()
    // Three blocks of 32,768 rows; equal scores everywhere but in two rows.
    let plain = SparseVector(terms: [3], weights: [1])
    let builder = try SpladeIndexBuilder(vocabularyCount: 8)
    for row in 0..<70_000 {
      try builder.add(row == 33_000 || row == 69_999 ? SparseVector(terms: [3, 5], weights: [1, 1]) : plain)
    }
    try builder.save(to: folder.file("splade.index"))
    let index = try SpladeIndex.open(path: folder.file("splade.index"))
    let hits = try index.search(SparseVector(terms: [3, 5], weights: [1, 2]), k: 5)
    #expect(hits.map(\.row) == [33_000, 69_999, 0, 1, 2])
    #expect(hits.map(\.score) == [3, 3, 1, 1, 1])
  }

  @Test func `A question of very many terms is summed exactly, and refused beyond what sums hold`() throws {
    let folder = try TemporaryFolder()
    let all = (0..<10_000).map { Int32($0) }
    func vector(_ weight: Float) -> SparseVector {
      SparseVector(terms: all, weights: [Float](repeating: weight, count: all.count))
    }
    let index = try SpladeIndex.open(path: Self.built([vector(4)], terms: all.count, in: folder))
    // 4 is stored as 255 steps of 64.
    #expect(try index.search(vector(6), k: 1) == [ChannelHit(row: 0, score: 60_000 * 255 / 64)])
    let error = #expect(throws: RetrievalError.self) { try index.search(vector(8), k: 1) }
    #expect(error?.code == .argument && error?.actual == "80000.0 in 10000 terms")
  }

  @Test func `Questions without a known term have no hits, and bad ones are refused`() throws {
    let folder = try TemporaryFolder()
    let rows = Self.vectors(50, terms: 40, nonzero: 5, seed: 3)
    let index = try SpladeIndex.open(path: Self.built(rows, terms: 40, in: folder))
    let none = [
      SparseVector(terms: [], weights: []), SparseVector(terms: [900], weights: [1]),
      SparseVector(terms: [-1], weights: [1]), SparseVector(terms: [1], weights: [0.0001]),
      SparseVector(terms: [1], weights: [-2]),
    ]
    for question in none { #expect(try index.search(question, k: 3).isEmpty) }
    #expect(try index.search(rows[0], k: 0).isEmpty)
    #expect(throws: RetrievalError(.argument, "")) { try index.search(rows[0], k: -1) }
    for weight in [Float.nan, .infinity] {
      #expect(throws: RetrievalError(.vectorNotFinite, "")) {
        try index.search(SparseVector(terms: [1], weights: [weight]), k: 1)
      }
    }
  }

  @Test func `Vectors that cannot be stored are refused`() throws {
    let builder = try SpladeIndexBuilder(vocabularyCount: 10)
    #expect(throws: RetrievalError(.vectorNotFinite, "")) { try builder.add(SparseVector(terms: [1], weights: [.nan])) }
    for terms: [Int32] in [[10], [-1], [4, 4], [5, 4]] {
      #expect(throws: RetrievalError(.dimensionMismatch, "")) {
        try builder.add(SparseVector(terms: terms, weights: terms.map { _ in 1 }))
      }
    }
    #expect(throws: RetrievalError(.argument, "")) { try SpladeIndexBuilder(vocabularyCount: 0) }
    #expect(throws: RetrievalError(.io, "")) { try builder.save(to: "/nonexistent-folder/splade.index") }
  }

  @Test func `An empty index and rows without a term survive the file`() throws {
    let folder = try TemporaryFolder()
    let empty = try SpladeIndex.open(path: Self.built([], terms: 4, in: folder))
    #expect(empty.count == 0)
    #expect(try empty.search(SparseVector(terms: [1], weights: [1]), k: 3).isEmpty)
    let nothing = SparseVector(terms: [], weights: [])
    let index = try SpladeIndex.open(
      path: Self.built([nothing, SparseVector(terms: [2], weights: [1]), nothing], terms: 4, in: folder))
    #expect(index.count == 3)
    #expect(try index.search(SparseVector(terms: [2], weights: [1]), k: 3).map(\.row) == [1])
    #expect(index.impactsByRow().map(\.count) == [0, 1, 0])
  }

  @Test func `Every truncation and every flipped byte is refused`() throws {
    let folder = try TemporaryFolder()
    let file = try Self.built(Self.vectors(40, terms: 30, nonzero: 4, seed: 4), terms: 30, in: folder)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    for length in stride(from: 0, to: whole.count, by: 13) {
      let cut = try folder.write(Array(whole.prefix(length)), to: "cut")
      #expect(throws: RetrievalError(.indexTruncated, ""), "\(length) bytes") { try SpladeIndex.open(path: cut) }
    }
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 0x10
      let damaged = try folder.write(bytes, to: "damaged")
      let error = #expect(throws: RetrievalError.self, "byte \(place)") { try SpladeIndex.open(path: damaged) }
      #expect(error?.expected != nil && error?.actual != nil, "byte \(place)")
    }
  }

  @Test func `Forged lists with right checksums are refused`() throws {
    let folder = try TemporaryFolder()
    let rows = [SparseVector(terms: [0, 1], weights: [1, 1]), SparseVector(terms: [1], weights: [1])]
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.built(rows, terms: 2, in: folder))))
    let format = ImpactFormat(.splade, terms: 2, rows: 2, postings: 3)
    // A row beyond the end, rows out of order, an offset beyond the postings, and one that goes back.
    for (place, value) in [
      (format.rowsAt, 9), (format.rowsAt + 4, 1), (format.offsetsAt + 8, 7), (format.offsetsAt + 16, 0),
    ] {
      var bytes = whole
      bytes[place] = UInt8(value)
      let checksum = FaissChecksum.value(of: Array(bytes[ImpactFormat.headerBytes...]))
      bytes.replaceSubrange(0..<ImpactFormat.headerBytes, with: format.header(contentChecksum: checksum))
      let forged = try folder.write(bytes, to: "forged")
      #expect(throws: RetrievalError(.indexCorrupt, ""), "byte \(place)") { try SpladeIndex.open(path: forged) }
    }
  }

  @Test func `Missing, foreign and mismatching files are told apart`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: RetrievalError(.indexMissing, "")) { try SpladeIndex.open(path: folder.file("none")) }
    let foreign = try folder.write([UInt8](repeating: 0x78, count: 200), to: "foreign")
    #expect(throws: RetrievalError(.indexForeign, "")) { try SpladeIndex.open(path: foreign) }
    let file = try Self.built([], terms: 4, in: folder)
    let error = #expect(throws: RetrievalError.self) { try SpladeIndex.open(path: file, expectedVocabulary: 30_522) }
    #expect(error?.code == .dimensionMismatch)
    #expect(error?.expected == "30522 terms")
    #expect(error?.actual == "4 terms")
    var newer = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    newer[8] = 2
    let path = try folder.write(newer, to: "newer")
    #expect(throws: RetrievalError(.indexVersion, "")) { try SpladeIndex.open(path: path) }
  }
}
