import Testing

@testable import Retrieval

@Suite struct BM25ChannelTests {
  static let echo = BM25Channel { text, limit in
    [ChannelHit(row: Int64(text.split(separator: " ").count), score: Double(limit))]
  }

  @Test func `A short question is searched as it is`() async throws {
    let answer = try await Self.echo.search(ChannelQuery(text: "a  b \"c\" AND"), limit: 7)
    #expect(answer.hits == [ChannelHit(row: 4, score: 7)])
    #expect(answer.limits.isEmpty)
  }

  @Test func `Words beyond the maximum are left out and counted`() async throws {
    let words = (0..<100).map { "word\($0)" }
    let answer = try await Self.echo.search(ChannelQuery(text: words.joined(separator: "\n")), limit: 7)
    #expect(answer.hits.first?.row == Int64(BM25Channel.maximumWords))
    #expect(answer.limits == ["bm25: only the first 64 different words were searched, 36 were left out"])
  }

  @Test func `Repeating a word does not use the maximum up`() async throws {
    let answer = try await Self.echo.search(
      ChannelQuery(text: String(repeating: "shutdown ", count: 1_100)), limit: 7)
    #expect(answer.limits.isEmpty)
  }
}
