import Testing

@testable import Retrieval

@Suite struct FaissIndexBuilderTests {
  @Test func `The automatic kind is flat while few rows are there`() throws {
    let builder = try FaissIndexBuilder(dimension: 8)
    try builder.add(TestVectors(count: 20, dimension: 8).flat)
    #expect(try builder.finish().kind == .flat)
    #expect(FaissIndexKind.automatic.resolved(rows: FaissIndexKind.automaticFlatRows) == .flat)
  }

  @Test func `The automatic kind becomes a graph beyond its threshold and keeps every row`() throws {
    let rows = FaissIndexKind.automaticFlatRows + 1
    let builder = try FaissIndexBuilder(dimension: 2)
    var generator = SplitMix64(state: 4)
    var values: [Float] = []
    for _ in 0..<rows {
      values += TestVectors.normalised([.random(in: -1...1, using: &generator), .random(in: -1...1, using: &generator)])
    }
    try builder.add(values)
    let index = try builder.finish()
    #expect(index.kind == .hnsw(HNSWParameters()))
    #expect(index.count == rows)
    #expect(try index.vectors(rows: rows - 1..<rows) == Array(values.suffix(2)))
  }

  @Test(arguments: [0, -1, 65_537]) func `A dimension out of range is refused`(dimension: Int) {
    #expect(throws: RetrievalError(.argument, "")) { try FaissIndexBuilder(dimension: dimension) }
  }

  @Test func `Graph parameters out of range are refused with the bound`() {
    let error = #expect(throws: RetrievalError.self) {
      try FaissIndexBuilder(dimension: 8, kind: .hnsw(HNSWParameters(links: 100_000)))
    }
    #expect(error?.code == .argument)
    #expect(error?.expected == "2...512")
    #expect(error?.actual == "100000")
  }

  @Test func `Half a vector is refused and nothing is added`() throws {
    let builder = try FaissIndexBuilder(dimension: 4)
    #expect(throws: RetrievalError(.dimensionMismatch, "")) { try builder.add([1, 2, 3, 4, 5, 6]) }
    #expect(try builder.finish().count == 0)
  }

  @Test func `A vector with NaN is refused and nothing of its batch is added`() throws {
    let builder = try FaissIndexBuilder(dimension: 2)
    try builder.add([1, 0])
    #expect(throws: RetrievalError(.vectorNotFinite, "")) { try builder.add([1, 0, .nan, 1]) }
    #expect(builder.count == 1)
    #expect(try builder.finish().count == 1)
  }

  @Test func `A finished builder says so`() throws {
    let builder = try FaissIndexBuilder(dimension: 2)
    _ = try builder.finish()
    #expect(throws: RetrievalError(.argument, "")) { try builder.add([1, 0]) }
    #expect(throws: RetrievalError(.argument, "")) { try builder.finish() }
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters()), .ivfSQ8, .ivfPQ, .automatic], [false, true])
  func `The memory estimate is within a tenth of what the index takes`(kind: FaissIndexKind, isMapped: Bool) throws {
    let vectors = TestVectors(count: 2_000, dimension: 64)
    let folder = try TemporaryFolder()
    let built = try FaissIndexSearchTests.build(kind, vectors)
    try built.save(to: folder.file("faiss.index"))
    let opened = try FaissIndex.open(path: folder.file("faiss.index"), isMapped: isMapped)
    let estimate = FaissIndex.estimatedBytes(count: 2_000, dimension: 64, kind: kind, isMapped: isMapped)
    for index in isMapped ? [opened] : [built, opened] {
      #expect(abs(Double(index.memoryBytes) / Double(estimate) - 1) < 0.1, "\(index.memoryBytes) against \(estimate)")
    }
  }
}
