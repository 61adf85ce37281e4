import Testing

@testable import Retrieval

/// An index in two parts against one over the same vectors.
@Suite struct DenseIndexTests {
  /// 900 chunks, of which 700 have their vector in a primary part of 800 rows whose order is another than the chunks'.
  struct Parts {
    let vectors: TestVectors
    let index: DenseIndex
    let whole: FaissIndex

    init(_ kind: FaissIndexKind, vectors: TestVectors, isOrdered: Bool = false, in folder: TemporaryFolder) throws {
      self.vectors = vectors
      var generator = SplitMix64(state: 5)
      let count = vectors.rows.count
      let rows = Array(0..<Int32(count)).shuffled(using: &generator)
      let (kept, fresh) = (rows.prefix(count * 7 / 9), rows.suffix(count - count * 7 / 9).sorted())
      let alive = isOrdered ? kept.sorted() : Array(kept)
      // Every eighth primary row is dead, with the vector of a chunk that lives elsewhere: it must not come back.
      var map: [Int32] = []
      var old: [Float] = []
      for (place, row) in alive.enumerated() {
        if place % 7 == 0 {
          map.append(DenseRowMap.dead)
          old += vectors.rows[Int(fresh[place % fresh.count])]
        }
        map.append(row)
        old += vectors.rows[Int(row)]
      }
      let primary = try Self.saved(kind, old, vectors.dimension, folder.file("primary"))
      let second = try Self.saved(
        .flat, fresh.flatMap { vectors.rows[Int($0)] }, vectors.dimension, folder.file("fresh"))
      let rowMap = DenseRowMap(
        primary: map, fresh: fresh, primaryChecksum: primary.checksum, freshChecksum: second.checksum)
      index = DenseIndex(
        primary, overlay: try DenseOverlay(rowMap, primary: primary, fresh: second, path: "map"))
      whole = try FaissIndexSearchTests.build(.flat, vectors)
    }

    static func saved(
      _ kind: FaissIndexKind, _ values: [Float], _ dimension: Int, _ file: String
    ) throws -> FaissIndex {
      let builder = try FaissIndexBuilder(dimension: dimension, kind: kind)
      try builder.add(values)
      try builder.finish().save(to: file)
      return try FaissIndex.open(path: file)
    }
  }

  static let vectors = TestVectors(count: 900, dimension: 32)
  static let queries = TestVectors(count: 930, dimension: 32).suffix(30)

  @Test(arguments: [true, false], [1, 10, 200, 5_000])
  func `Two flat parts answer as one index does`(isOrdered: Bool, k: Int) throws {
    let parts = try Parts(.flat, vectors: Self.vectors, isOrdered: isOrdered, in: TemporaryFolder())
    #expect(parts.index.count == 900)
    #expect(parts.index.deadCount > 0)
    for query in Self.queries.rows {
      #expect(try parts.index.search(query, k: k) == parts.whole.search(query, k: k))
    }
  }

  @Test(arguments: [true, false]) func `A selection is one of chunks, in both parts`(isOrdered: Bool) throws {
    let parts = try Parts(.flat, vectors: Self.vectors, isOrdered: isOrdered, in: TemporaryFolder())
    for selection in [RowSelection([]), RowSelection([7]), RowSelection((0..<900).filter { $0 % 3 == 1 })] {
      for query in Self.queries.rows {
        #expect(
          try parts.index.search(query, k: 10, selection: selection)
            == parts.whole.search(query, k: 10, selection: selection))
      }
    }
  }

  /// Thirty different vectors, thirty times each: whatever k is, the cut lies within equal scores.
  @Test(arguments: [true, false], [1, 10, 29, 31]) func `Ties are cut by chunk row`(isOrdered: Bool, k: Int) throws {
    let few = TestVectors(count: 30, dimension: 32)
    let many = TestVectors(repeating: few, times: 30)
    let parts = try Parts(.flat, vectors: many, isOrdered: isOrdered, in: TemporaryFolder())
    for query in Self.queries.rows.prefix(10) {
      #expect(try parts.index.search(query, k: k) == parts.whole.search(query, k: k))
    }
  }

  @Test func `A graph beside fresh vectors finds at least 95 of 100 true neighbours`() throws {
    let parts = try Parts(.hnsw(HNSWParameters()), vectors: Self.vectors, in: TemporaryFolder())
    var found = 0
    for query in Self.queries.rows {
      let exact = Set(Self.vectors.nearest(to: query, k: 10).map(\.row))
      let hits = try parts.index.search(query, k: 10)
      #expect(hits.count == 10)
      found += hits.count { exact.contains($0.row) }
    }
    #expect(found >= 285)
  }

  @Test func `Vectors come back by chunk row`() throws {
    let parts = try Parts(.flat, vectors: Self.vectors, in: TemporaryFolder())
    for row in [0, 1, 17, 450, 899] {
      #expect(try parts.index.vector(of: Int64(row)) == Self.vectors.rows[row])
    }
    #expect(throws: RetrievalError(.argument, "")) { try parts.index.vector(of: 900) }
    #expect(throws: RetrievalError(.argument, "")) { try parts.index.vector(of: -1) }
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ])
  func `The estimate is within a tenth of what both parts take`(kind: FaissIndexKind) throws {
    let parts = try Parts(kind, vectors: Self.vectors, in: TemporaryFolder())
    let estimate = DenseIndex.estimatedBytes(
      primary: parts.index.primary.count, fresh: parts.index.freshCount, dead: parts.index.deadCount, dimension: 32,
      kind: kind)
    let actual = parts.index.memoryBytes
    #expect(abs(estimate - actual) < actual / 10, "\(estimate) against \(actual)")
  }

  @Test func `Lists beside fresh vectors find at least 90 of 100 true neighbours, selected or not`() throws {
    let parts = try Parts(.ivfSQ8, vectors: Self.vectors, in: TemporaryFolder())
    for selection in [nil, RowSelection((0..<900).filter { $0 % 3 == 1 })] {
      var found = 0
      for query in Self.queries.rows {
        let exact = try Set(parts.whole.search(query, k: 10, selection: selection).map(\.row))
        let hits = try parts.index.search(query, k: 10, selection: selection)
        #expect(hits.count == 10 && Set(hits.map(\.row)).count == 10)
        found += hits.count { exact.contains($0.row) }
      }
      #expect(found >= 270, "\(found) of 300")
    }
  }

  @Test func `Bad queries are refused as by one index`() throws {
    let parts = try Parts(.flat, vectors: Self.vectors, in: TemporaryFolder())
    #expect(throws: RetrievalError(.dimensionMismatch, "")) { try parts.index.search([1], k: 1) }
    #expect(throws: RetrievalError(.vectorNotFinite, "")) {
      try parts.index.search([Float](repeating: .nan, count: 32), k: 1)
    }
    #expect(try parts.index.search(Self.queries.rows[0], k: 0).isEmpty)
    #expect(try parts.index.search(Self.queries.rows[0], k: -1).isEmpty)
  }
}
