import Testing

@testable import Indexing

struct FullTextTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func store() async throws -> ChunkStore {
    let texts: [(String?, String, String)] = [
      (
        "ServiceGroup.triggerGracefulShutdown()", "Sources/ServiceGroup.swift",
        "func triggerGracefulShutdown() { state }"
      ),
      (nil, "README.md", "How to trigger a graceful shutdown of the group, 🙂 with naïve_words AND NEAR"),
      ("parse(_:)", "Sources/JSONParser.swift", "func parse(_ text: String) { utf8View }"),
      (nil, "empty.txt", "+++ --- ***"),
      (nil, "a.txt", "same words here"), (nil, "b.txt", "same words here"),
    ]
    let chunks = texts.enumerated().map { number, item in
      ChunkStoreTests.chunk(Int64(number), path: item.1, symbol: item.0, text: item.2)
    }
    return try await ChunkStoreTests.store(chunks, in: directory)
  }

  @Test(arguments: [
    ("gracefulShutdown", 0), ("graceful_shutdown", 0), ("triggered gracefully", 0), ("jsonparser", 2),
    ("JSON", 2), ("utf8", 2), ("naïve", 1), ("NAÏVE_WORDS", 1),
  ])
  func identifierInAnySpelling_searched_found(query: String, row: Int64) async throws {
    #expect(try await store().bm25(query: query, limit: 3).first?.row == row)
  }

  @Test func hits_ordered_byScoreThenRowAndPositive() async throws {
    let store = try await store()
    let hits = try await store.bm25(query: "same words", limit: 10)
    #expect(hits.filter { $0.row >= 4 }.map(\.row) == [4, 5])
    #expect(hits.allSatisfy { $0.score > 0 })
    #expect(zip(hits, hits.dropFirst()).allSatisfy { $0.score >= $1.score })
    #expect(try await store.bm25(query: "same words", limit: 1).map(\.row) == [4])
    #expect(try await store.bm25(query: "same words", limit: 0).isEmpty)
  }

  @Test(arguments: [
    "\"", "\"\"", "*", "@", "AND", "OR NOT", ":", "symbol:x", "NEAR(a b)", "a* b^ {c} -d +e", "(",
    "'; DROP TABLE chunk; --",
    "🙂", "👩‍💻🇩🇪", "\u{0}", "a\u{0}b", "\\", "%", "state\"", "nai\u{308}ve", "", " ", "\n",
  ])
  func metacharactersAndEmoji_searched_noError(query: String) async throws {
    _ = try await store().bm25(query: query, limit: 5)
  }

  @Test func tenThousandCharacters_searched_noErrorAndStillFound() async throws {
    let query = "gracefulShutdown " + String(repeating: "x y* \"z\" ", count: 1_200)
    #expect(query.count > 10_000)
    #expect(try await store().bm25(query: query, limit: 5).first?.row == 0)
  }

  @Test func queryWithoutWords_searched_noHits() async throws {
    #expect(try await store().bm25(query: "🙂 \"*\" :", limit: 5).isEmpty)
  }

  @Test func nameBeatsPathBeatsBody_searched_byTheDocumentedWeights() async throws {
    let chunks =
      [
        ChunkStoreTests.chunk(0, path: "x", text: "needle one two three"),
        ChunkStoreTests.chunk(1, path: "needle", text: "one two three four"),
        ChunkStoreTests.chunk(2, path: "x", symbol: "needle", text: "one two three four"),
      ] + (3..<12).map { ChunkStoreTests.chunk(Int64($0), path: "x", text: "other") }
    let store = try await ChunkStoreTests.store(chunks, in: directory)
    #expect(try await store.bm25(query: "needle", limit: 5).map(\.row) == [2, 1, 0])
  }
}
