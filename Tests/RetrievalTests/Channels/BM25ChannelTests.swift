import Indexing
import RuntimeCells
import Testing

@testable import Retrieval

/// The channel over a real index.
@Suite final class BM25ChannelTests {
  private let threads = DedicatedThreads(name: "test", count: 1)
  private let channel: BM25Channel

  init() throws {
    let chunks = (0..<3).map { PipelineFixture.chunk($0) }
    let index = try KeywordCorpus.index(chunks, in: TemporaryFolder())
    channel = BM25Channel(threads: threads) { try await $0(index) }
  }

  deinit { threads.stop() }

  @Test func `The question's rows come with their scores and without limits`() async throws {
    let answer = try await channel.search(ChannelQuery(text: "func  \"f2\" AND"), limit: 7)
    #expect(answer.hits.map(\.row) == [2, 0, 1])
    #expect(answer.hits.allSatisfy { $0.score > 0 })
    #expect(answer.limits.isEmpty)
    #expect(try await channel.search(ChannelQuery(text: "func f2"), limit: 1).hits.map(\.row) == [2])
  }

  @Test func `Words beyond the index's maximum are told`() async throws {
    let words = (0..<300).map { "word\($0)" }
    let tokens = Set(IdentifierTokens.tokens(of: words.joined(separator: "\n"))).count
    let answer = try await channel.search(ChannelQuery(text: words.joined(separator: "\n")), limit: 7)
    #expect(
      answer.limits == ["bm25: only the first 128 of the question's \(tokens) different words were looked up"])
  }

  @Test func `Repeating a word uses nothing up`() async throws {
    let answer = try await channel.search(ChannelQuery(text: String(repeating: "shutdown ", count: 1_100)), limit: 7)
    #expect(answer.limits.isEmpty)
  }

  @Test(arguments: ["🙂", "\"*:", "…"]) func `A question without a word is told`(text: String) async throws {
    let answer = try await channel.search(ChannelQuery(text: text), limit: 7)
    #expect(answer.hits.isEmpty)
    #expect(answer.limits == ["bm25: the question has no letter or digit to look up"])
  }

  @Test func `What lends the index may fail`() async throws {
    let broken = BM25Channel(threads: threads) { _ in throw ScriptedFailure() }
    await #expect(throws: ScriptedFailure.self) { try await broken.search(ChannelQuery(text: "f2"), limit: 1) }
  }
}
