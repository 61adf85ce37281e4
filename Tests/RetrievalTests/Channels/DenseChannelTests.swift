import RuntimeCells
import Testing

@testable import Retrieval

@Suite struct DenseChannelTests {
  static let vectors = TestVectors(count: 60, dimension: 16)

  static func channel(
    _ index: FaissIndex, threads: DedicatedThreads, encode: @escaping DenseChannel.QueryEncoder
  ) -> DenseChannel {
    DenseChannel(threads: threads, encode: encode) { body in try await body(DenseIndex(index)) }
  }

  @Test func `The question's vector is searched in the borrowed index`() async throws {
    let threads = DedicatedThreads(name: "dense-test", count: 1)
    let index = try FaissIndexSearchTests.build(.flat, Self.vectors)
    let channel = Self.channel(index, threads: threads) { text in
      EncodedQuery(vector: Self.vectors.rows[text.count], limits: ["cut"])
    }
    let answer = try await channel.search(ChannelQuery(text: "four"), limit: 5)
    #expect(answer.hits.map(\.row) == Self.vectors.nearest(to: Self.vectors.rows[4], k: 5).map(\.row))
    #expect(answer.limits == ["cut"])
    #expect(answer.stages.map(\.name) == ["faiss.embed"])
  }

  @Test func `An encoder of another dimension is an error that names both`() async throws {
    let threads = DedicatedThreads(name: "dense-test", count: 1)
    let channel = Self.channel(try FaissIndexSearchTests.build(.flat, Self.vectors), threads: threads) { _ in
      EncodedQuery(vector: [1, 0])
    }
    let error = await #expect(throws: RetrievalError.self) {
      try await channel.search(ChannelQuery(text: "q"), limit: 5)
    }
    #expect(error?.code == .dimensionMismatch)
    #expect(error?.expected == "16")
    #expect(error?.actual == "2")
  }

  @Test func `A refusal of the lender is the channel's failure`() async throws {
    let threads = DedicatedThreads(name: "dense-test", count: 1)
    let channel = DenseChannel(
      threads: threads, encode: { _ in EncodedQuery(vector: [1]) }, index: { _ in throw ScriptedFailure() })
    await #expect(throws: ScriptedFailure.self) { try await channel.search(ChannelQuery(text: "q"), limit: 5) }
  }
}
