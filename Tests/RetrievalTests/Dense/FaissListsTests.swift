import Testing

@testable import Retrieval

/// Inverted lists over 8-bit codes, against exact searches, against FAISS's own search, and from their file.
@Suite struct FaissListsTests {
  static let count = 6_000
  static let vectors = TestVectors(count: count, dimension: 96, clusters: 200)
  static let queries = TestVectors(count: count + 40, dimension: 96, clusters: 200).suffix(40)
  static let index = Result { try FaissIndexSearchTests.build(.ivfSQ8, vectors) }
  static func built(_ kind: FaissIndexKind) throws -> FaissIndex {
    try (kind == .ivfPQ ? FaissProductListsTests.index : index).get()
  }
  static let exact = queries.rows.map { vectors.nearest(to: $0, k: count) }

  /// The part of the ten true neighbours that is found.
  static func recall(_ index: FaissIndex, probes: Int? = nil, in selection: RowSelection? = nil) throws -> Double {
    var (right, all) = (0, 0)
    for (query, order) in zip(queries.rows, exact) {
      let best = Set(order.lazy.filter { selection?.contains($0.row) != false }.prefix(10).map(\.row))
      right += try index.search(query, k: 10, probes: probes, selection: selection).count { best.contains($0.row) }
      all += best.count
    }
    return Double(right) / Double(all)
  }

  @Test func `The kind, the lists and the size are told`() throws {
    let index = try Self.index.get()
    #expect(index.kind == .ivfSQ8 && index.kind.isLossy && !index.isMapped)
    #expect(index.count == Self.count)
    #expect(index.listCount == 77)
    #expect(index.memoryBytes < Self.count * 96 * 4 / 3)
  }

  @Test(arguments: [0, 1, 50_000, 50_001, 100_000_000]) func `No number of rows makes the automatic kind lossy`(
    rows: Int
  ) {
    #expect(!FaissIndexKind.automatic.resolved(rows: rows).isLossy)
  }

  @Test func `The default number of probes finds at least 95 of 100 true neighbours`() throws {
    let recall = try Self.recall(Self.index.get())
    #expect(recall >= 0.95, "\(recall)")
  }

  @Test func `A larger index reads more lists by itself`() throws {
    #expect(try Self.index.get().usualProbes == 32)
    let index = try FaissIndexSearchTests.build(.ivfSQ8, TestVectors(count: 16_384, dimension: 16, clusters: 2))
    #expect(index.listCount == 128 && index.usualProbes == 51)
    var differing = 0
    for query in TestVectors(count: 16_394, dimension: 16, clusters: 2).suffix(10).rows {
      let usual = try index.search(query, k: 1_000)
      #expect(try usual == index.search(query, k: 1_000, probes: 51))
      if try usual != index.search(query, k: 1_000, probes: 32) { differing += 1 }
    }
    #expect(differing > 0)
  }

  /// Three clusters in 45 lists: neighbours lie in several of them.
  @Test func `More probes find more, and no number of them is out of range`() throws {
    let vectors = TestVectors(count: 2_000, dimension: 32, clusters: 3)
    let index = try FaissIndexSearchTests.build(.ivfSQ8, vectors)
    func found(_ probes: Int) throws -> Int {
      try TestVectors(count: 2_020, dimension: 32, clusters: 3).suffix(20).rows.reduce(0) { sum, query in
        let best = Set(vectors.nearest(to: query, k: 10).map(\.row))
        return try sum + index.search(query, k: 10, probes: probes).count { best.contains($0.row) }
      }
    }
    let (one, eight, all) = (try found(1), try found(8), try found(.max))
    #expect(one < eight && eight <= all, "\(one), \(eight), \(all) of 200")
    #expect(all >= 190, "\(all) of 200")
    #expect(try found(-5) == one)
  }

  @Test(arguments: [8, 32, 77]) func `FAISS's own search gives the same rows and scores`(probes: Int) throws {
    let index = try Self.index.get()
    for query in Self.queries.rows {
      let ours = try index.search(query, k: 10, probes: probes)
      let theirs = try index.searchReference(query, k: 10, probes: probes)
      #expect(ours.map(\.row) == theirs.map(\.row))
      for (one, other) in zip(ours, theirs) { #expect(abs(one.score - other.score) < 1e-5) }
    }
  }

  @Test(
    arguments: [1, 20, 600, 3_000, 5_900], [(FaissIndexKind.ivfSQ8, 10), (.ivfSQ8, 200), (.ivfPQ, 10), (.ivfPQ, 200)])
  func `A selection gives its own best rows, as many as asked for`(size: Int, asked: (kind: FaissIndexKind, k: Int))
    throws
  {
    let (index, k) = (try Self.built(asked.kind), asked.k)
    var generator = SplitMix64(state: 8)
    let selection = RowSelection(Array(0..<Int64(Self.count)).shuffled(using: &generator).prefix(size))
    for query in Self.queries.rows.prefix(10) {
      let hits = try index.search(query, k: k, probes: 4, selection: selection)
      #expect(hits.count == min(k, size))
      #expect(hits.allSatisfy { selection.contains($0.row) })
      #expect(Set(hits.map(\.row)).count == hits.count)
    }
    let recall = try Self.recall(index, in: selection)
    #expect(recall >= (asked.kind == .ivfSQ8 ? 0.95 : 0.6), "\(recall)")
  }

  /// Half of the rows are selected, and none of them is near the question.
  @Test func `Selected rows far from the question are found`() throws {
    let index = try Self.index.get()
    for (query, order) in zip(Self.queries.rows, Self.exact).prefix(5) {
      let far = order.suffix(Self.count / 2)
      let best = Set(far.prefix(10).map(\.row))
      let hits = try index.search(query, k: 10, selection: RowSelection(far.map(\.row)))
      #expect(hits.count == 10)
      #expect(hits.count { best.contains($0.row) } >= 3)
    }
  }

  @Test func `Asking one probe for all rows gives them all`() throws {
    let hits = try Self.index.get().search(Self.queries.rows[0], k: Self.count + 1, probes: 1)
    #expect(Set(hits.map(\.row)).count == Self.count)
  }

  @Test func `Scores are the products with what the codes stand for`() throws {
    let index = try Self.index.get()
    let decoded = try index.vectors(rows: 0..<Self.count)
    for query in Self.queries.rows.prefix(3) {
      for hit in try index.search(query, k: 20) {
        let row = decoded[Int(hit.row) * 96..<(Int(hit.row) + 1) * 96]
        #expect(abs(zip(query, row).reduce(0) { $0 + Double($1.0) * Double($1.1) } - hit.score) < 1e-5)
      }
    }
    #expect(throws: RetrievalError(.argument, "")) { try index.vectors(rows: 5_999..<6_001) }
  }

  /// Vectors are taken over from generation to generation: the error of coding them must not add up.
  @Test func `Coding decoded vectors again and again costs no more than once`() throws {
    var index = try Self.index.get()
    let first = try index.vectors(rows: 0..<Self.count)
    for _ in 0..<5 {
      let builder = try FaissIndexBuilder(dimension: 96, kind: .ivfSQ8)
      try builder.add(try index.vectors(rows: 0..<Self.count))
      index = try builder.finish(threads: 2)
    }
    let last = try index.vectors(rows: 0..<Self.count)
    let same = zip(first, last).count { $0 == $1 }
    #expect(Double(same) > 0.9 * Double(first.count), "\(same) of \(first.count)")
    #expect(try Self.recall(index) >= 0.95)
  }

  @Test func `Values that are all alike, huge or tiny survive`() throws {
    let builder = try FaissIndexBuilder(dimension: 4, kind: .ivfSQ8)
    try builder.add([0, 1, 1e15, 1e-20, 0, 1, -1e15, -1e-20, 0, 1, 0, 0])
    let index = try builder.finish()
    let decoded = try index.vectors(rows: 0..<3)
    #expect(decoded[1] > 0.999 && decoded[1] < 1.001)
    #expect(abs(decoded[2] / 1e15 - 1) < 0.01 && abs(decoded[6] / -1e15 - 1) < 0.01)
    #expect(try index.search([0, 0, 1, 0], k: 1).map(\.row) == [0])
  }

  // MARK: - Mapped

  /// Of product codes the books are in memory, mapped or not.
  @Test(arguments: [(FaissIndexKind.ivfSQ8, 5), (.ivfPQ, 2)])
  func `A mapped index gives the same answers from a fraction of the memory`(kind: FaissIndexKind, parts: Int) throws {
    let folder = try TemporaryFolder()
    let built = try Self.built(kind)
    let checksum = try built.save(to: folder.file("faiss.index"))
    let mapped = try FaissIndex.open(path: folder.file("faiss.index"), expectedDimension: 96, isMapped: true)
    #expect(mapped.isMapped && mapped.kind == kind && mapped.count == Self.count)
    #expect(mapped.checksum == checksum)
    #expect(mapped.memoryBytes < built.memoryBytes / parts)
    let some = RowSelection((0..<Int64(Self.count)).filter { $0 % 7 == 2 })
    for query in Self.queries.rows {
      #expect(try mapped.search(query, k: 10) == built.search(query, k: 10))
      #expect(try mapped.search(query, k: 10, selection: some) == built.search(query, k: 10, selection: some))
    }
    #expect(try mapped.vectors(rows: 9..<12) == built.vectors(rows: 9..<12))
    #expect(throws: RetrievalError(.argument, "")) { try mapped.save(to: folder.file("again")) }
    #expect(throws: RetrievalError(.argument, "")) { try mapped.searchReference(Self.queries.rows[0], k: 1) }
  }

  @Test(arguments: [FaissIndexKind.flat, .hnsw(HNSWParameters())])
  func `A kind that cannot be mapped is read into memory and says so`(kind: FaissIndexKind) throws {
    let folder = try TemporaryFolder()
    try FaissIndexSearchTests.build(kind, TestVectors(count: 50, dimension: 8)).save(to: folder.file("faiss.index"))
    let index = try FaissIndex.open(path: folder.file("faiss.index"), isMapped: true)
    #expect(!index.isMapped && index.kind == kind)
  }

  @Test func `A damaged file is refused mapped as well`() throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: FaissIndexFileTests.saved(.ivfSQ8, in: folder))
    for position in stride(from: 0, to: whole.count, by: 131) {
      var damaged = whole
      damaged[position] ^= 0x40
      let file = try folder.write(damaged, to: "damaged")
      #expect(throws: RetrievalError.self, "byte \(position)") { try FaissIndex.open(path: file, isMapped: true) }
    }
  }

  @Test func `A kind that this program does not know is told from those it does`() throws {
    let folder = try TemporaryFolder()
    var other = try bytes(of: FaissIndexFileTests.saved(.ivfSQ8, in: folder))
    other[other.count - 64 + 12] = 9
    FaissIndexFileTests.reseal(&other)
    let file = try folder.write(other, to: "other")
    let error = #expect(throws: RetrievalError.self) { try FaissIndex.open(path: file) }
    #expect(error?.code == .indexVersion)
    #expect(error?.expected == "4" && error?.actual == "9")
  }

  @Test(arguments: ["flat", "automatic", "ivf-sq8", "ivf-pq", "hnsw(16,100)", "hnsw(8,40)"])
  func `The text of a kind is read back`(text: String) {
    #expect(FaissIndexKind(parameterText: text)?.parameterText == text)
  }

  @Test(arguments: ["", "ivf", "hnsw", "hnsw()", "hnsw(1)", "hnsw(1,x)", "hnsw(1,2,3)", "Flat"])
  func `Other texts are no kinds`(text: String) {
    #expect(FaissIndexKind(parameterText: text) == nil)
  }
}
