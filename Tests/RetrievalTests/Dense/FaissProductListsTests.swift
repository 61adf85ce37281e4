import Testing

@testable import Retrieval

/// Inverted lists over product codes, against exact searches, against FAISS's own search, and from their file.
@Suite struct FaissProductListsTests {
  typealias Scalar = FaissListsTests

  static let index = Result { try FaissIndexSearchTests.build(.ivfPQ, Scalar.vectors) }

  @Test func `The kind, the lists and the size are told`() throws {
    let index = try Self.index.get()
    #expect(index.kind == .ivfPQ && index.kind.isLossy && !index.isMapped)
    #expect(index.count == Scalar.count && index.listCount == 77)
    // A byte for four components, and for each row its id and its place; the books do not grow with the rows.
    let books = 2 * 256 * 96 * 4
    #expect(index.memoryBytes - books < Scalar.count * (96 / 4 + 12) + 77 * 96 * 4 + 77 * 100)
  }

  @Test func `The default number of probes finds at least 70 of 100 true neighbours`() throws {
    let recall = try Scalar.recall(Self.index.get())
    #expect(recall >= 0.7, "\(recall)")
  }

  @Test(arguments: [8, 32, 77]) func `FAISS's own search gives the same rows and scores`(probes: Int) throws {
    let index = try Self.index.get()
    for query in Scalar.queries.rows {
      let ours = try index.search(query, k: 10, probes: probes)
      let theirs = try index.searchReference(query, k: 10, probes: probes)
      // Rows with equal codes have equal scores, and FAISS gives them in any order.
      for (one, other) in zip(ours, theirs) { #expect(abs(one.score - other.score) < 1e-5) }
      let rows = Set(ours.map(\.row))
      #expect(theirs.allSatisfy { rows.contains($0.row) || abs($0.score - ours[9].score) < 1e-5 })
    }
  }

  @Test func `Scores are the products with what the codes stand for, whichever way a row is reached`() throws {
    let index = try Self.index.get()
    let decoded = try index.vectors(rows: 0..<Scalar.count)
    for query in Scalar.queries.rows.prefix(3) {
      let hits = try index.search(query, k: 20)
      let alone = try index.search(query, k: 20, selection: RowSelection(hits.map(\.row)))
      #expect(alone == hits)
      for hit in hits {
        let row = decoded[Int(hit.row) * 96..<(Int(hit.row) + 1) * 96]
        #expect(abs(zip(query, row).reduce(0) { $0 + Double($1.0) * Double($1.1) } - hit.score) < 1e-5)
      }
    }
  }

  @Test(arguments: [1, 7, 255]) func `Fewer rows than a part has codes are kept exactly`(count: Int) throws {
    let few = TestVectors(count: count, dimension: 12)
    let index = try FaissIndexSearchTests.build(.ivfPQ, few)
    for (stored, value) in zip(try index.vectors(rows: 0..<count), few.flat) { #expect(abs(stored - value) < 1e-6) }
  }

  @Test(arguments: [1, 2, 3, 5, 6, 77]) func `Dimensions that four does not divide have smaller parts`(
    dimension: Int
  ) throws {
    let some = TestVectors(count: 400, dimension: dimension)
    let index = try FaissIndexSearchTests.build(.ivfPQ, some)
    for query in some.rows.prefix(5) {
      let best = try #require(some.nearest(to: query, k: 1).first)
      #expect(abs(try #require(index.search(query, k: 1).first).score - best.score) < 0.05)
    }
  }

  /// The books lie behind the centroids and before the lists: each of these numbers takes part in scores.
  @Test(arguments: [Float.nan, .infinity, 3e38])
  func `A forged file whose codes stand for no finite vectors is refused`(value: Float) throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: FaissIndexFileTests.saved(.ivfPQ, in: folder))
    // Header 33, lists and probes 16, centroids 41 + 11 * 48, map 9, form 1 + 8, parts 24, number of values 8.
    let books = 33 + 16 + (41 + 11 * 48) + 9 + 9 + 24 + 8
    for place in [0, 4 * 1_000, 4 * (256 * 12 - 1)] {
      var forged = whole
      withUnsafeBytes(of: value) { forged.replaceSubrange(books + place..<books + place + 4, with: $0) }
      FaissIndexFileTests.reseal(&forged)
      let file = try folder.write(forged, to: "forged")
      for isMapped in [false, true] {
        let error = #expect(throws: RetrievalError.self) { try FaissIndex.open(path: file, isMapped: isMapped) }
        #expect(error?.code == .indexCorrupt)
        #expect(error?.message.contains("finite") == true || error?.message.contains("long") == true)
      }
    }
  }
}
