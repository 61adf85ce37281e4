import Testing

@testable import Retrieval

/// Real FAISS against an exact search in double precision.
@Suite struct FaissIndexSearchTests {
  static let vectors = TestVectors(count: 1_500, dimension: 96)
  /// Other members of the same clusters.
  static let queries = TestVectors(count: 1_540, dimension: 96).suffix(40)

  static func build(_ kind: FaissIndexKind, _ vectors: TestVectors = vectors) throws -> FaissIndex {
    let builder = try FaissIndexBuilder(dimension: vectors.dimension, kind: kind)
    try builder.add(vectors.flat)
    return try builder.finish()
  }

  @Test func `A flat index gives the exact ten best rows with their inner products`() throws {
    let index = try Self.build(.flat)
    for query in Self.queries.rows {
      let hits = try index.search(query, k: 10)
      let exact = Self.vectors.nearest(to: query, k: 10)
      #expect(hits.map(\.row) == exact.map(\.row))
      for (hit, truth) in zip(hits, exact) { #expect(abs(hit.score - truth.score) < 1e-5) }
    }
  }

  @Test func `A graph index finds at least 95 of 100 true neighbours`() throws {
    let index = try Self.build(.hnsw(HNSWParameters()))
    var found = 0
    for query in Self.queries.rows {
      let exact = Set(Self.vectors.nearest(to: query, k: 10).map(\.row))
      found += try index.search(query, k: 10).count { exact.contains($0.row) }
    }
    #expect(Double(found) / Double(Self.queries.rows.count * 10) >= 0.95)
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ])
  func `Asking for more rows than there are gives them all once`(kind: FaissIndexKind) throws {
    let few = TestVectors(count: 7, dimension: 16)
    let hits = try Self.build(kind, few).search(few.rows[3], k: 1_000_000)
    #expect(hits.first?.row == 3)
    #expect(Set(hits.map(\.row)) == Set(0..<7))
    #expect(hits.count == 7)
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ, .automatic])
  func `An empty index answers with nothing`(kind: FaissIndexKind) throws {
    let index = try FaissIndexBuilder(dimension: 8, kind: kind).finish()
    #expect(index.count == 0)
    #expect(try index.search([Float](repeating: 0.5, count: 8), k: 10).isEmpty)
  }

  @Test(arguments: [0, -3]) func `Asking for no rows gives none`(k: Int) throws {
    #expect(try Self.build(.flat).search(Self.vectors.rows[0], k: k).isEmpty)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 1_500])
  func `A query with NaN or infinity is refused`(value: Float, rows: Int) throws {
    let index = try Self.build(.flat, TestVectors(count: rows, dimension: 96))
    var query = Self.queries.rows[0]
    query[17] = value
    #expect(throws: RetrievalError(.vectorNotFinite, "")) { try index.search(query, k: 5) }
  }

  @Test func `A query of another dimension names both dimensions`() throws {
    let index = try Self.build(.flat)
    let error = #expect(throws: RetrievalError.self) { try index.search([1, 0, 0], k: 5) }
    #expect(error?.code == .dimensionMismatch)
    #expect(error?.expected == "96")
    #expect(error?.actual == "3")
  }

  @Test func `Equal scores come in the order of rows`() throws {
    let builder = try FaissIndexBuilder(dimension: 4, kind: .flat)
    for _ in 0..<9 { try builder.add([0, 1, 0, 0]) }
    #expect(try builder.finish().search([0, 1, 0, 0], k: 9).map(\.row) == Array(0..<9))
  }

  @Test func `Several queries at once give what each gives alone`() throws {
    let index = try Self.build(.flat)
    let together = try index.search(queries: Self.queries.flat, k: 5, threads: 2)
    let alone = try Self.queries.rows.map { try index.search($0, k: 5) }
    #expect(together.map { $0.map(\.row) } == alone.map { $0.map(\.row) })
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ])
  func `Sixteen searches at once give what one after the other gives`(kind: FaissIndexKind) async throws {
    let index = try Self.build(kind)
    let alone = try Self.queries.rows.map { try index.search($0, k: 10) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask { try Self.queries.rows.map { try index.search($0, k: 10) } == alone }
      }
      for try await same in group { #expect(same) }
    }
  }

  @Test func `Stored vectors come back unchanged`() throws {
    for kind in [FaissIndexKind.flat, .hnsw(HNSWParameters())] {
      let index = try Self.build(kind)
      #expect(try index.vectors(rows: 10..<13) == Self.vectors.rows[10..<13].flatMap { $0 })
      #expect(try index.vectors(rows: 5..<5).isEmpty)
      #expect(throws: RetrievalError(.argument, "")) { try index.vectors(rows: 1_499..<1_501) }
    }
  }
}
