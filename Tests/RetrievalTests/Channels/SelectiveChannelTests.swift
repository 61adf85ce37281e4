import Embedding
import Indexing
import RuntimeCells
import Testing

@testable import Retrieval

/// Every channel over a real index of its own: a selection counts before the limit, so a narrow one still fills it.
@Suite struct SelectiveChannelTests {
  /// A channel over 400 rows, and every row that it finds, best first, when it is asked without a selection.
  static func expectSelects(
    _ channel: any RetrievalChannel, _ question: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let all = try await channel.search(ChannelQuery(text: question), limit: 1_000).hits
    #expect(all.count > 100, sourceLocation: sourceLocation)
    let worst = all.suffix(40)
    for (name, rows) in [
      ("the worst", worst.map(\.row)), ("every third", all.map(\.row).filter { $0.isMultiple(of: 3) }),
      ("one", [all[77].row]), ("none that is there", [5_000, 70_000]), ("all", all.map(\.row)),
    ] {
      let selection = RowSelection(rows)
      let expected = all.filter { selection.contains($0.row) }
      for limit in [1, 10, 1_000] {
        let found = try await channel.search(ChannelQuery(text: question, selection: selection), limit: limit).hits
        #expect(
          found.map(\.row) == expected.prefix(limit).map(\.row), "\(channel.name), \(name), \(limit)",
          sourceLocation: sourceLocation)
        for (hit, wanted) in zip(found, expected) {
          #expect(abs(hit.score - wanted.score) < 1e-4, sourceLocation: sourceLocation)
        }
      }
    }
  }

  @Test func `Keywords`() async throws {
    let chunks = (0..<400).map { row in
      KeywordCorpus.chunk(
        row, path: "a", String(repeating: "needle ", count: row % 7 + 1) + String(repeating: "hay ", count: row % 31))
    }
    let index = try KeywordCorpus.index(chunks, in: TemporaryFolder())
    let threads = DedicatedThreads(name: "selective", count: 1)
    try await Self.expectSelects(BM25Channel(threads: threads) { body in try await body(index) }, "needle")
    threads.stop()
  }

  @Test func `Learned sparse vectors`() async throws {
    let folder = try TemporaryFolder()
    let rows = SpladeIndexTests.vectors(400, terms: 60, nonzero: 12, seed: 8)
    let index = try SpladeIndex.open(path: SpladeIndexTests.built(rows, terms: 60, in: folder))
    let threads = DedicatedThreads(name: "selective", count: 1)
    let channel = SpladeChannel(
      threads: threads, encode: { _ in (rows[5], []) }, index: { body in try await body(index) })
    try await Self.expectSelects(channel, "q")
    threads.stop()
  }

  @Test func `Sparse rows beyond one block of sums`() throws {
    let folder = try TemporaryFolder()
    let row = SparseVector(terms: [1], weights: [1])
    let index = try SpladeIndex.open(
      path: SpladeIndexTests.built(Array(repeating: row, count: 70_000), terms: 2, in: folder))
    let rows: [Int64] = [3, 32_767, 32_768, 65_535, 65_536, 69_999]
    #expect(try index.search(row, k: 10, selection: RowSelection(rows)).map(\.row) == rows)
    #expect(try index.search(row, k: 2, selection: RowSelection(rows)).map(\.row) == [3, 32_767])
  }

  @Test func `A flat dense index`() async throws {
    try await Self.expectDense(.flat)
  }

  @Test(arguments: [0, 1_000]) func `Late interaction, by estimates and by exact scores`(rescored: Int) async throws {
    let world = try Tokens()
    try await Self.expectSelects(world.channel(XTRSearchOptions(probes: 0, rescored: rescored)), "q")
    world.threads.stop()
  }

  @Test func `Late interaction finds selected documents that the lists it reads do not hold`() async throws {
    let world = try Tokens()
    let channel = world.channel(XTRSearchOptions(probes: 1, missingRank: 10, rescored: 10))
    let worst = world.corpus.ranking(world.question).suffix(60)
    let selection = RowSelection(worst.map(\.row))
    let found = try await channel.search(ChannelQuery(text: "q", selection: selection), limit: 50).hits
    // By score, not by row: the oracle adds in another order, so near ties may change places.
    let scores = Dictionary(uniqueKeysWithValues: worst.map { ($0.row, $0.score) })
    #expect(found.count == 50 && Set(found.map(\.row)).count == 50)
    for (hit, due) in zip(found, worst) {
      #expect(abs((scores[hit.row] ?? .infinity) - due.score) < 1e-4)
    }
    world.threads.stop()
  }

  @Test func `Late interaction scores selected candidates only, and calls the others no loss`() async throws {
    let world = try Tokens()
    let query = ChannelQuery(text: "q", selection: RowSelection([1, 2]))
    let answer = try await world.channel(XTRSearchOptions()).rescore(query, rows: [0, 1, 2, 4])
    #expect(Set(answer.hits.map(\.row)) == [1, 2])
    #expect(answer.limits.isEmpty)
    world.threads.stop()
  }

  private static func expectDense(_ kind: FaissIndexKind) async throws {
    let vectors = TestVectors(count: 400, dimension: 24)
    let index = try FaissIndexSearchTests.build(kind, vectors)
    let threads = DedicatedThreads(name: "selective", count: 1)
    let channel = DenseChannelTests.channel(index, threads: threads) { _ in EncodedQuery(vector: vectors.rows[9]) }
    try await expectSelects(channel, "q")
    threads.stop()
  }
}

/// A token index of 400 documents and a question.
private struct Tokens {
  let folder: TemporaryFolder
  let corpus = TokenCorpus(documents: 400, seed: 9)
  let index: XTRIndex
  let threads = DedicatedThreads(name: "selective", count: 1)
  let question: TokenVectors

  init() throws {
    folder = try TemporaryFolder()
    question = corpus.question(6, seed: 3)
    _ = try corpus.write(to: folder.file("xtr.index"), centroids: 128)
    index = try XTRIndex.open(path: folder.file("xtr.index"))
  }

  func channel(_ options: XTRSearchOptions) -> XTRChannel {
    XTRChannel(
      resources: OpenTokens(index: index, encoder: FixedTokens(question: question)), threads: threads,
      options: options)
  }
}
