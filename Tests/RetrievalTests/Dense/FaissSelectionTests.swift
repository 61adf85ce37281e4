import Testing

@testable import Retrieval

/// Searches of selected rows against an exact search in double precision.
@Suite struct FaissSelectionTests {
  static let count = 20_000
  static let vectors = TestVectors(count: count, dimension: 16, clusters: 40)
  static let queries = TestVectors(count: count + 40, dimension: 16, clusters: 40).suffix(20)
  static let graph = Result { try FaissIndexSearchTests.build(.hnsw(HNSWParameters()), vectors) }
  /// From no row over one, a scan's few and a walk's many to all.
  static let shares = [0, 1, count / 100, count / 10, count / 2, count * 9 / 10, count]

  /// So many rows, spread over the index by chance.
  static func random(_ size: Int, seed: UInt64 = 3) -> RowSelection {
    var generator = SplitMix64(state: seed)
    return RowSelection(Array(0..<Int64(count)).shuffled(using: &generator).prefix(size))
  }

  /// All rows in the order of each query, which is the same for every selection.
  static let orders = queries.rows.map { vectors.nearest(to: $0, k: count) }

  static func exact(_ query: Int, k: Int, in selection: RowSelection) -> [ChannelHit] {
    Array(orders[query].lazy.filter { selection.contains($0.row) }.prefix(k))
  }

  @Test(arguments: shares) func `A scan gives the exact best of the selected rows`(size: Int) throws {
    let index = try FaissIndexSearchTests.build(.flat, Self.vectors)
    let selection = Self.random(size)
    for (number, query) in Self.queries.rows.prefix(5).enumerated() {
      let hits = try index.search(query, k: 10, selection: selection)
      #expect(hits.map(\.row) == Self.exact(number, k: 10, in: selection).map(\.row))
    }
  }

  @Test(arguments: shares, [1, 2]) func `Several queries at once give what each gives alone`(
    size: Int, threads: Int
  ) throws {
    let index = try FaissIndexSearchTests.build(.flat, Self.vectors)
    let selection = Self.random(size)
    let alone = try Self.queries.rows.map { try index.search($0, k: 7, selection: selection) }
    #expect(try index.search(queries: Self.queries.flat, k: 7, selection: selection, threads: threads) == alone)
  }

  @Test(arguments: shares, [10, 200]) func `A graph finds the best of the selected rows, as many as asked for`(
    size: Int, k: Int
  ) throws {
    let index = try Self.graph.get()
    let selection = Self.random(size)
    let wanted = min(k, size)
    var right = 0
    for (number, query) in Self.queries.rows.enumerated() {
      let hits = try index.search(query, k: k, selection: selection)
      #expect(hits.count == wanted)
      #expect(hits.allSatisfy { selection.contains($0.row) })
      let exact = Set(Self.exact(number, k: k, in: selection).map(\.row))
      right += hits.count { exact.contains($0.row) }
    }
    #expect(Double(right) >= 0.95 * Double(wanted * Self.queries.rows.count))
  }

  /// Half of the rows are selected, and none of them is near the question: the walk's beam holds none of them.
  @Test func `A graph finds selected rows that lie far from the question`() throws {
    let index = try Self.graph.get()
    for (number, query) in Self.queries.rows.prefix(5).enumerated() {
      let farther = Self.orders[number].suffix(Self.count / 2)
      let hits = try index.search(query, k: 10, selection: RowSelection(farther.map(\.row)))
      #expect(hits.map(\.row) == farther.prefix(10).map(\.row))
    }
  }

  @Test func `Selecting all rows is selecting none`() throws {
    let all = RowSelection(0..<Int64(Self.count))
    for index in [try FaissIndexSearchTests.build(.flat, Self.vectors), try Self.graph.get()] {
      let query = Self.queries.rows[0]
      #expect(try index.search(query, k: 50, selection: all) == index.search(query, k: 50))
    }
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ])
  func `Rows that the index does not have are not found`(kind: FaissIndexKind) throws {
    let few = TestVectors(count: 70, dimension: 16)
    let index = try FaissIndexSearchTests.build(kind, few)
    let query = few.rows[69]
    #expect(try index.search(query, k: 9, selection: RowSelection([69, 70, 127, 9_000])).map(\.row) == [69])
    #expect(try index.search(query, k: 9, selection: RowSelection([70, 71])).isEmpty)
    #expect(try index.search(query, k: 9, selection: RowSelection([3])).map(\.row) == [3])
  }

  @Test func `A bad query is refused even when no row is selected`() throws {
    let index = try FaissIndexSearchTests.build(.flat, TestVectors(count: 5, dimension: 2))
    #expect(throws: RetrievalError(.vectorNotFinite, "")) {
      try index.search([.nan, 0], k: 1, selection: RowSelection([]))
    }
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ])
  func `Equal vectors have equal scores and come in the order of rows`(kind: FaissIndexKind) throws {
    let some = TestVectors(count: 50, dimension: 96)
    let builder = try FaissIndexBuilder(dimension: 96, kind: kind)
    for _ in 0..<7 { try builder.add(some.flat) }
    let index = try builder.finish()
    for query in TestVectors(count: 60, dimension: 96).suffix(10).rows {
      for selection in [nil, RowSelection((0..<350).filter { $0 % 50 < 49 })] {
        for k in [1, 3, 7] {
          let hits = try index.search(query, k: k, beam: 350, selection: selection)
          let first = try #require(hits.first)
          #expect(hits == (0..<k).map { ChannelHit(row: first.row % 50 + Int64($0) * 50, score: first.score) })
        }
      }
    }
  }
}
