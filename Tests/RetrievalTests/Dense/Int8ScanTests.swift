import Testing

@testable import Retrieval

/// Scans by way of 8-bit codes against plain scans: the same rows and the same bits of every score.
@Suite struct Int8ScanTests {
  static let sets = ["avx512", "avx2", "neon", "portable"].filter(DistanceKernelTests.isRunnable)

  static func build(_ rows: [[Float]]) throws -> FaissIndex {
    let builder = try FaissIndexBuilder(dimension: rows[0].count, kind: .flat)
    try builder.add(rows.flatMap { $0 })
    return try builder.finish(scansInt8: true)
  }

  /// Both ways by the named set. The result is how many rows were compared exactly; -1 for a plain scan.
  @discardableResult static func compare(
    _ set: String, _ index: FaissIndex, _ query: [Float], k: Int, _ comment: Comment
  ) throws -> Int {
    let plain = try #require(DistanceKernels.search(set, index, isCoded: false, query: query, k: k))
    let coded = try #require(DistanceKernels.search(set, index, isCoded: true, query: query, k: k))
    if coded.compared >= 0 { #expect(coded.hits == plain.hits, comment) }
    return coded.compared
  }

  @Test(arguments: HardVectors.allCases)
  func `Every set gives the bits of its plain scan, whatever the vectors are`(kind: HardVectors) throws {
    var coded = 0
    for dimension in [1, 7, 33, 64, 400] {
      for count in [1, 9, 400] {
        let (rows, queries) = kind.make(rows: count, dimension: dimension)
        let index = try Self.build(rows)
        for (set, query) in Self.sets.flatMap({ set in queries.map { (set, $0) } }) {
          for k in [1, 10, 45, count] where k <= count {
            let compared = try Self.compare(set, index, query, k: k, "\(count) rows of \(dimension), k \(k)")
            coded += compared >= 0 ? 1 : 0
          }
        }
      }
    }
    // Rows too short for codes are all left to the plain scan.
    #expect(kind == .denormal ? coded == 0 : coded >= 10 * Self.sets.count, "\(coded)")
  }

  @Test func `Draws of short vectors, whose products are most often near each other, give the same bits`() throws {
    var generator = SplitMix64(state: 21)
    for draw in 0..<360 {
      let dimension = Int.random(in: 1...12, using: &generator)
      let kind = HardVectors.allCases[draw % HardVectors.allCases.count]
      let (rows, queries) = kind.make(rows: 120, dimension: dimension, seed: UInt64(draw))
      let index = try Self.build(rows)
      for set in Self.sets {
        for query in queries { try Self.compare(set, index, query, k: 1 + draw % 15, "draw \(draw) of \(kind)") }
      }
    }
  }

  @Test(arguments: sets) func `Codes leave few rows to compare, and say when they cannot`(set: String) throws {
    let vectors = TestVectors(count: 4_000, dimension: 96, clusters: 40)
    let index = try Self.build(vectors.rows)
    for query in TestVectors(count: 4_040, dimension: 96, clusters: 40).suffix(40).rows {
      let compared = try Self.compare(set, index, query, k: 10, "clusters")
      #expect((10...200).contains(compared))
    }
    let same = try Self.build([[Float]](repeating: vectors.rows[0], count: 1_000))
    #expect(try Self.compare(set, same, vectors.rows[0], k: 10, "equal rows") == -1)
    #expect(try Self.compare(set, index, vectors.rows[0], k: 501, "an eighth") == -1)
    #expect(try Self.compare(set, index, [Float](repeating: 0, count: 96), k: 1, "nothing to code") == -1)
  }

  @Test(arguments: sets, [1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 384, 385, 516, 65_536])
  func `Products with codes are exact at every length, at the ends of their range too`(
    set: String, dimension: Int
  ) throws {
    let limit = Int16(clamping: Int(Int32.max) / (127 * dimension))
    var generator = SplitMix64(state: 9)
    for extreme in [true, false] {
      let query = (0..<dimension).map { _ in extreme ? limit : Int16.random(in: -limit...limit, using: &generator) }
      let codes = (0..<3 * dimension).map { place -> Int8 in
        extreme ? (place < dimension ? 127 : -127) : Int8.random(in: -127...127, using: &generator)
      }
      let exact = (0..<3).map { row in
        zip(query, codes[(row * dimension)...]).reduce(0) { $0 + Int($1.0) * Int($1.1) }
      }
      #expect(DistanceKernels.codeProducts(set, query: query, codes: codes)?.map { Int($0) } == exact)
    }
  }

  @Test func `Searches of an index with codes are those of one without, opened or built`() throws {
    let vectors = TestVectors(count: 3_000, dimension: 64)
    let folder = try TemporaryFolder()
    let plain = try FaissIndexSearchTests.build(.flat, vectors)
    try plain.save(to: folder.file("faiss.index"))
    let opened = try FaissIndex.open(path: folder.file("faiss.index"), scansInt8: true)
    let built = try Self.build(vectors.rows)
    #expect(opened.scansInt8 && built.scansInt8 && !plain.scansInt8)
    let selection = RowSelection((0..<3_000).filter { $0 % 3 == 1 })
    let queries = TestVectors(count: 3_040, dimension: 64).suffix(40)
    for index in [opened, built] {
      for query in queries.rows {
        for k in [0, 1, 10, 375, 376, 3_000, 9_000] {
          #expect(try index.search(query, k: k) == plain.search(query, k: k))
        }
        #expect(
          try index.search(query, k: 10, selection: selection) == plain.search(query, k: 10, selection: selection))
      }
      #expect(
        try index.search(queries: queries.flat, k: 10, threads: 2)
          == plain.search(queries: queries.flat, k: 10, threads: 2))
    }
    // What is saved is the vectors alone.
    try built.save(to: folder.file("again"))
    #expect(try bytes(of: folder.file("again")) == bytes(of: folder.file("faiss.index")))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 3e38])
  func `A query that is not finite, or too long, is refused as by a plain scan`(value: Float) throws {
    let index = try Self.build(TestVectors(count: 100, dimension: 8).rows)
    var query = [Float](repeating: 0.5, count: 8)
    query[3] = value
    #expect(throws: RetrievalError(.vectorNotFinite, "")) { try index.search(query, k: 5) }
  }

  @Test func `Sixteen searches at once give what one after the other gives`() async throws {
    let vectors = TestVectors(count: 2_000, dimension: 64)
    let index = try Self.build(vectors.rows)
    let queries = vectors.rows.prefix(50)
    let alone = try queries.map { try index.search($0, k: 10) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 { group.addTask { try queries.map { try index.search($0, k: 10) } == alone } }
      for try await same in group { #expect(same) }
    }
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ])
  func `Only a flat index keeps codes, and the estimate counts them`(kind: FaissIndexKind) throws {
    let vectors = TestVectors(count: 2_000, dimension: 64)
    let folder = try TemporaryFolder()
    try FaissIndexSearchTests.build(kind, vectors).save(to: folder.file("faiss.index"))
    let index = try FaissIndex.open(path: folder.file("faiss.index"), scansInt8: true)
    #expect(index.scansInt8 == (kind == .flat))
    let estimate = FaissIndex.estimatedBytes(count: 2_000, dimension: 64, kind: kind, scansInt8: true)
    #expect(abs(Double(index.memoryBytes) / Double(estimate) - 1) < 0.1, "\(index.memoryBytes) against \(estimate)")
    if kind == .flat { #expect(index.memoryBytes == 2_000 * (64 * 5 + 8)) }
  }
}
