import Indexing
import Testing

@testable import Retrieval

/// What the keyword index promises to whoever asks it.
@Suite struct BM25IndexTests {
  private static let texts: [(symbol: String?, path: String, text: String)] = [
    (
      "ServiceGroup.triggerGracefulShutdown()", "Sources/ServiceGroup.swift", "func triggerGracefulShutdown() { state }"
    ),
    (nil, "README.md", "How to trigger a graceful shutdown of the group, 🙂 with naïve_words AND NEAR"),
    ("parse(_:)", "Sources/JSONParser.swift", "func parse(_ text: String) { utf8View }"),
    (nil, "empty.txt", "+++ --- ***"), (nil, "a.txt", "same words here"), (nil, "b.txt", "same words here"),
  ]
  private static let chunks = texts.enumerated().map {
    KeywordCorpus.chunk($0.offset, symbol: $0.element.symbol, path: $0.element.path, $0.element.text)
  }

  @Test(arguments: [
    ("gracefulShutdown", 0), ("graceful_shutdown", 0), ("triggered gracefully", 0), ("jsonparser", 2),
    ("JSON", 2), ("utf8", 2), ("naïve", 1), ("NAÏVE_WORDS", 1), ("nai\u{308}ve", 1),
  ])
  func `An identifier is found in any spelling`(query: String, row: Int64) throws {
    let index = try KeywordCorpus.index(Self.chunks, in: TemporaryFolder())
    #expect(try index.search(query, k: 3).first?.row == row)
  }

  @Test(arguments: [
    "\"", "\"\"", "*", "@", "AND", "OR NOT", ":", "symbol:x", "NEAR(a b)", "a* b^ {c} -d +e", "(",
    "'; DROP TABLE chunk; --", "🙂", "👩‍💻🇩🇪", "\u{0}", "a\u{0}b", "\\", "%", "state\"", "", " ", "\n", "_", "___",
  ])
  func `No character has a meaning but letters and digits`(query: String) throws {
    let index = try KeywordCorpus.index(Self.chunks, in: TemporaryFolder())
    try BM25OracleTests.compare(index, FullTextOracle(Self.chunks), query, k: 10)
  }

  @Test func `A name beats a path beats a body`() throws {
    let chunks =
      [
        KeywordCorpus.chunk(0, path: "x", "needle one two three"),
        KeywordCorpus.chunk(1, path: "needle", "one two three four"),
        KeywordCorpus.chunk(2, symbol: "needle", path: "x", "one two three four"),
      ] + (3..<12).map { KeywordCorpus.chunk($0, path: "x", "other") }
    #expect(try KeywordCorpus.index(chunks, in: TemporaryFolder()).search("needle", k: 5).map(\.row) == [2, 1, 0])
  }

  @Test func `Only the first 128 different words are looked up, and ten thousand characters harm nothing`() throws {
    let chunks = [KeywordCorpus.chunk(0, "first"), KeywordCorpus.chunk(1, "late"), KeywordCorpus.chunk(2, "other")]
    let index = try KeywordCorpus.index(chunks, in: TemporaryFolder())
    let filler = (0..<126).map { "w\($0 % 7)q\($0)z" }
    // 126 words of three and more tokens are more than 128 tokens: "late" is behind them, "first" before.
    let question = (["first"] + filler + ["late"]).joined(separator: " ")
    #expect(try index.search(question, k: 5).map(\.row) == [0])
    let long = "late " + String(repeating: "x y* \"z\" ", count: 1_200)
    #expect(long.count > 10_000)
    #expect(try index.search(long, k: 5).map(\.row) == [1])
  }

  @Test func `A number of hits below 0 is refused, 0 finds nothing, too many find all`() throws {
    let index = try KeywordCorpus.index(Self.chunks, in: TemporaryFolder())
    #expect(throws: RetrievalError(.argument, "")) { try index.search("same", k: -1) }
    #expect(try index.search("same", k: 0).isEmpty)
    #expect(try index.search("same", k: .max).map(\.row) == [4, 5])
    #expect(try index.search("unknown", k: 3).isEmpty)
  }

  @Test func `An index of nothing, and one of rows without a word, survive the file`() throws {
    let empty = try KeywordCorpus.index([], in: TemporaryFolder())
    #expect((empty.count, empty.words, empty.postings) == (0, 0, 0))
    #expect(try empty.search("word", k: 3).isEmpty)
    let silent = (0..<5).map { KeywordCorpus.chunk($0, "*** \($0 == 2 ? "" : "🙂")") }
    let index = try KeywordCorpus.index(silent, in: TemporaryFolder())
    #expect((index.count, index.words, index.postings) == (5, 0, 0))
    #expect(try index.search("word", k: 3).isEmpty)
    try BM25OracleTests.compare(index, FullTextOracle(silent), "word 🙂", k: 3)
    let one = try KeywordCorpus.index(silent + [KeywordCorpus.chunk(5, "word")], in: TemporaryFolder())
    #expect(try one.search("word", k: 3).map(\.row) == [5])
  }

  @Test func `Many searches at once find what one finds`() async throws {
    let folder = try TemporaryFolder()
    let index = try KeywordCorpus.index(KeywordCorpus.chunks(400, seed: 9), in: folder)
    let questions = KeywordCorpus.questions(40, seed: 10)
    let alone = try questions.map { try index.search($0, k: 20) }
    let together = try await withThrowingTaskGroup(of: (Int, [ChannelHit]).self) { group in
      for _ in 0..<4 {
        for (number, question) in questions.enumerated() {
          group.addTask { (number, try index.search(question, k: 20)) }
        }
      }
      return try await group.reduce(into: [(Int, [ChannelHit])]()) { $0.append($1) }
    }
    #expect(together.count == 160)
    #expect(together.allSatisfy { $0.1 == alone[$0.0] })
  }
}
