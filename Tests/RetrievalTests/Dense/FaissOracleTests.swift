import Testing

@testable import Retrieval

/// Our searches against FAISS's own code on the same index.
@Suite struct FaissOracleTests {
  static let vectors = TestVectors(count: 3_000, dimension: 64)
  static let queries = TestVectors(count: 3_060, dimension: 64).suffix(60)

  @Test func `The flat scan gives FAISS's ten best`() throws {
    let index = try FaissIndexSearchTests.build(.flat, Self.vectors)
    for query in Self.queries.rows {
      let ours = try index.search(query, k: 10)
      let theirs = try index.searchReference(query, k: 10)
      #expect(ours.map(\.row) == theirs.map(\.row))
      for (one, other) in zip(ours, theirs) { #expect(abs(one.score - other.score) < 1e-5) }
    }
  }

  @Test func `FAISS finds its way through a graph we linked as well as we do`() throws {
    let index = try FaissIndexSearchTests.build(.hnsw(HNSWParameters()), Self.vectors)
    var (ours, theirs) = (0, 0)
    for query in Self.queries.rows {
      let exact = Set(Self.vectors.nearest(to: query, k: 10).map(\.row))
      ours += try index.search(query, k: 10).count { exact.contains($0.row) }
      theirs += try index.searchReference(query, k: 10).count { exact.contains($0.row) }
    }
    // Of 600: FAISS's stopping rule differs from ours, so a few neighbours may.
    #expect(ours >= 560)
    #expect(theirs >= 560)
  }

  @Test func `One thread links the same graph every time`() throws {
    let query = Self.queries.rows[0]
    let once = try FaissIndexSearchTests.build(.hnsw(HNSWParameters(links: 4, constructionBeam: 8)), Self.vectors)
    let again = try FaissIndexSearchTests.build(.hnsw(HNSWParameters(links: 4, constructionBeam: 8)), Self.vectors)
    #expect(try once.search(query, k: 100, beam: 100) == again.search(query, k: 100, beam: 100))
  }

  @Test func `Two threads link a graph as good as one does`() throws {
    let builder = try FaissIndexBuilder(dimension: 64, kind: .hnsw(HNSWParameters()))
    try builder.add(Self.vectors.flat)
    let index = try builder.finish(threads: 2)
    var found = 0
    for query in Self.queries.rows {
      let exact = Set(Self.vectors.nearest(to: query, k: 10).map(\.row))
      found += try index.search(query, k: 10).count { exact.contains($0.row) }
    }
    #expect(found >= 560)
  }

  @Test(arguments: [1, 2, 5]) func `A scan on several threads gives what one gives`(threads: Int) throws {
    let index = try FaissIndexSearchTests.build(.flat, Self.vectors)
    let alone = try index.search(queries: Self.queries.flat, k: 25)
    #expect(try index.search(queries: Self.queries.flat, k: 25, threads: threads) == alone)
  }
}
