import Testing

@testable import Retrieval

@Suite struct RelativeScoreFusionTests {
  private static func fuse(_ weights: [String: Double], _ rankings: [ChannelRanking]) throws -> [FusedHit] {
    try FusionSettings(k: 10, weights: weights, method: .relativeScore).fuse(rankings)
  }

  private static func ranking(_ channel: String, _ scores: [Int64: Double]) -> ChannelRanking {
    ChannelRanking(channel: channel, hits: scores.map { ChannelHit(row: $0.key, score: $0.value) })
  }

  @Test func `Scores are placed between the smallest and the largest of their list and summed by weight`() throws {
    let fused = try Self.fuse(
      ["a": 1, "b": 0.5],
      [Self.ranking("a", [1: 0.9, 2: 0.8, 3: 0.5]), Self.ranking("b", [2: 0, 3: 6, 4: -10])])
    #expect(fused.map(\.row) == [2, 1, 3, 4])
    #expect(abs(fused[0].score - (0.75 + 0.5 * 0.625)) < 1e-12)
    #expect(abs(fused[1].score - 1) < 1e-12)
    #expect(abs(fused[2].score - 0.5) < 1e-12)
    #expect(fused[3].score == 0)
    let parts = fused[0].contributions
    #expect(parts.map(\.rank) == [2, 2])
    #expect(parts.map(\.rawScore) == [0.8, 0])
    #expect(abs((parts[0].normalizedScore ?? -1) - 0.75) < 1e-12)
    #expect(parts[1].normalizedScore == 0.625)
    #expect(parts.allSatisfy { $0.k == nil })
    #expect(fused[1].contributions[1].state == .absent)
    #expect(fused[1].contributions[1].normalizedScore == nil)
    #expect(fused[3].contributions[1].normalizedScore == 0)
  }

  @Test(arguments: [[1: 0.3], [1: 0.3, 2: 0.3, 9: 0.3], [1: -7.0, 2: -7.0]] as [[Int64: Double]])
  func `One hit, and hits with equal scores, have 1`(scores: [Int64: Double]) throws {
    let fused = try Self.fuse(["a": 0.4], [Self.ranking("a", scores)])
    #expect(fused.map(\.row) == scores.keys.sorted())
    for hit in fused {
      #expect(hit.score == 0.4)
      #expect(hit.contributions[0].normalizedScore == 1)
    }
  }

  @Test func `Scores at the ends of what a number holds stay finite`() throws {
    let most = Double.greatestFiniteMagnitude
    let fused = try Self.fuse(["a": 1], [Self.ranking("a", [1: most, 2: 0, 3: -most])])
    #expect(fused.map(\.score) == [1, 0.5, 0])
    let least = try Self.fuse(["a": 1], [Self.ranking("a", [1: .leastNonzeroMagnitude, 2: 0])])
    #expect(least.allSatisfy { $0.score.isFinite })
  }

  /// The definition, written the slow way, against random lists with ties, duplicates and every state.
  @Test(arguments: 0..<40) func `Random lists match the definition, and contributions add up`(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let weights = ["a": 1.0, "b": 0.35, "c": 2.5, "d": 0]
    let rankings =
      weights.keys.sorted().map { name in
        ChannelRanking(
          channel: name,
          hits: (0..<Int.random(in: 0...30, using: &generator)).map { _ in
            ChannelHit(
              row: .random(in: 0..<25, using: &generator), score: Double(Int.random(in: -5..<5, using: &generator)) / 3)
          })
      } + [ChannelRanking(channel: "e", without: .failed), ChannelRanking(channel: "f", without: .notAsked)]
    let fused = try Self.fuse(weights, rankings)
    var expected: [Int64: Double] = [:]
    for ranking in rankings where (weights[ranking.channel] ?? 0) > 0 {
      let best = Dictionary(grouping: ranking.hits, by: \.row).mapValues { $0.map(\.score).max() ?? 0 }
      let (low, high) = (best.values.min() ?? 0, best.values.max() ?? 0)
      for (row, score) in best {
        expected[row, default: 0] += (weights[ranking.channel] ?? 0) * (high > low ? (score - low) / (high - low) : 1)
      }
    }
    #expect(Set(fused.map(\.row)) == Set(expected.keys))
    for hit in fused {
      #expect(abs(hit.score - (expected[hit.row] ?? -1)) < 1e-12)
      #expect(abs(hit.contributions.reduce(0) { $0 + $1.contribution } - hit.score) < 1e-12)
      for part in hit.contributions where part.state == .returned {
        #expect(abs(part.weight * (part.normalizedScore ?? -1) - part.contribution) < 1e-12)
      }
    }
    #expect(
      zip(fused, fused.dropFirst()).allSatisfy { $0.score > $1.score || ($0.score == $1.score && $0.row < $1.row) })
  }

  @Test func `A request may choose the method, and keeps weights and named channels`() async throws {
    let set = PipelineFixture.set([ScriptedChannel("faiss", rows: [1, 2, 3]), ScriptedChannel("bm25", rows: [3, 2])])
    let pipeline = try PipelineFixture.pipeline(["faiss": 1, "bm25": 0])
    let request = SearchRequest(
      query: "q", channels: ["faiss", "bm25"], weights: ["faiss": 0.5], fusion: .relativeScore)
    let response = try await pipeline.search(request, in: set)
    #expect(response.hits.map(\.id) == ["id-3", "id-1", "id-2"])
    #expect(response.hits[0].contributions.map(\.weight) == [0.5, 1])
    #expect(response.hits.allSatisfy { $0.contributions.allSatisfy { $0.k == nil } })
    let usual = try await pipeline.search(SearchRequest(query: "q"), in: set)
    #expect(usual.hits.allSatisfy { $0.contributions.allSatisfy { $0.k == 10 && $0.normalizedScore == nil } })
  }

  @Test func `Pages of one method continue each other`() async throws {
    let set = PipelineFixture.set([
      ScriptedChannel("faiss", rows: Array(0..<40)), ScriptedChannel("bm25", rows: (0..<40).reversed()),
    ])
    let pipeline = HybridPipeline(
      settings: try FusionSettings(k: 10, weights: ["faiss": 1, "bm25": 1], method: .relativeScore))
    let whole = try await pipeline.search(SearchRequest(query: "q", limit: 30), in: set).hits
    var pages: [SearchHit] = []
    for offset in stride(from: 0, to: 30, by: 10) {
      pages += try await pipeline.search(SearchRequest(query: "q", limit: 10, offset: offset), in: set).hits
    }
    #expect(pages == whole)
  }
}
