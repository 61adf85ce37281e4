import Indexing
import Testing

@testable import Retrieval

@Suite struct BM25ChannelTests {
  static let fixed = BM25Channel { query, limit in
    [ChannelHit(row: Int64(query.text.count), score: Double(limit))]
  }

  @Test func `The question reaches the store as it is`() async throws {
    let answer = try await Self.fixed.search(ChannelQuery(text: "a  b \"c\" AND"), limit: 7)
    #expect(answer.hits == [ChannelHit(row: 12, score: 7)])
    #expect(answer.limits.isEmpty)
  }

  @Test func `Words beyond the store's maximum are told`() async throws {
    let words = (0..<300).map { "word\($0)" }
    let tokens = Set(IdentifierTokens.tokens(of: words.joined(separator: "\n"))).count
    let answer = try await Self.fixed.search(ChannelQuery(text: words.joined(separator: "\n")), limit: 7)
    #expect(
      answer.limits == ["bm25: only the first 128 of the question's \(tokens) different words were looked up"])
  }

  @Test func `Repeating a word uses nothing up`() async throws {
    let answer = try await Self.fixed.search(ChannelQuery(text: String(repeating: "shutdown ", count: 1_100)), limit: 7)
    #expect(answer.limits.isEmpty)
  }

  @Test(arguments: ["🙂", "\"*:", "…"]) func `A question without a word is told`(text: String) async throws {
    let answer = try await Self.fixed.search(ChannelQuery(text: text), limit: 7)
    #expect(answer.limits == ["bm25: the question has no letter or digit to look up"])
  }

  /// Every character that FTS5 gives a meaning, against the real store.
  @Test(arguments: [
    "\"", "*", "@", "AND", ":", "a AND (b", "NEAR(a b, 2)", "^x", "a-b", "'; DROP TABLE chunk", "🙂 evict",
  ])
  func `No question breaks the real store`(text: String) async throws {
    let folder = try TemporaryFolder()
    let written = try ChunkStore.create(at: folder.file("chunks.sqlite"))
    try await written.append([PipelineFixture.chunk(0)])
    try await written.finish()
    let store = try ChunkStore.open(at: written.path)
    let channel = BM25Channel { query, limit in
      try await store.bm25(query, limit: limit)
    }
    let answer = try await channel.search(ChannelQuery(text: text), limit: 10)
    #expect(answer.hits.count <= 1)
    let found = try await channel.search(ChannelQuery(text: "func f0"), limit: 10)
    #expect(found.hits.map(\.row) == [0])
    try store.close()
  }
}
