import Embedding
import RuntimeCells
import Testing

@testable import Retrieval

/// What the late-interaction channel says of what it left out.
@Suite struct XTRChannelTests {
  @Test(arguments: [false, true]) func `Rows without tokens are told, beside whatever else is`(isLong: Bool)
    async throws
  {
    let folder = try TemporaryFolder()
    let corpus = TokenCorpus(documents: 20)
    let facts = try corpus.write(to: folder.file("xtr.index"))
    let index = try XTRIndex.open(path: folder.file("xtr.index"), expected: facts)
    let threads = DedicatedThreads(name: "test", count: 1)
    defer { threads.stop() }
    let encoder = FixedTokens(question: corpus.question(4, seed: 9), isLong: isLong)
    let channel = XTRChannel(resources: OpenTokens(index: index, encoder: encoder), threads: threads)
    // Document 3 of the corpus has no tokens.
    let answer = try await channel.rescore(ChannelQuery(text: "q"), rows: [1, 2, 3])
    #expect(Set(answer.hits.map(\.row)) == [1, 2])
    let missing = "xtr: 1 of 3 candidates have no tokens and were not scored"
    let long = "xtr: the model read the question's first 64 tokens only, the rest was left out"
    #expect(answer.limits == (isLong ? [long, missing] : [missing]))
  }

  @Test func `A question without tokens says nothing of the rows`() async throws {
    let folder = try TemporaryFolder()
    let corpus = TokenCorpus(documents: 20)
    let facts = try corpus.write(to: folder.file("xtr.index"))
    let index = try XTRIndex.open(path: folder.file("xtr.index"), expected: facts)
    let threads = DedicatedThreads(name: "test", count: 1)
    defer { threads.stop() }
    let encoder = FixedTokens(question: TokenVectors(dimension: 32, values: []), isLong: false)
    let channel = XTRChannel(resources: OpenTokens(index: index, encoder: encoder), threads: threads)
    let answer = try await channel.rescore(ChannelQuery(text: "?"), rows: [1, 2])
    #expect(answer.hits.isEmpty)
    #expect(answer.limits == ["xtr: the question has no token to look up"])
  }
}
