import Testing

@testable import Retrieval

@Suite struct ReciprocalRankFusionTests {
  static func fusion(k: Double = 10, _ weights: [String: Double]) throws -> ReciprocalRankFusion {
    ReciprocalRankFusion(settings: try FusionSettings(k: k, weights: weights))
  }

  static func hits(_ rows: Int64...) -> [ChannelHit] {
    rows.enumerated().map { ChannelHit(row: $0.element, score: Double(100 - $0.offset)) }
  }

  @Test func `Scores follow the formula with ranks from 1`() throws {
    let fused = try Self.fusion(k: 60, ["a": 1, "b": 3]).fuse([
      ChannelRanking(channel: "a", hits: Self.hits(7, 8)), ChannelRanking(channel: "b", hits: Self.hits(8, 9)),
    ])
    #expect(fused.map(\.row) == [8, 9, 7])
    #expect(fused[0].score == 1 / 62.0 + 3 / 61.0)
    #expect(fused[1].score == 3 / 62.0)
    #expect(fused[2].score == 1 / 61.0)
  }

  /// The textbook definition, written the slow way, against random lists with many ties and duplicates.
  @Test(arguments: 0..<40) func `Random lists with ties and duplicates match the definition`(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let weights = ["a": 1.0, "b": 0.35, "c": 2.5]
    let k = Double.random(in: 0.5...80, using: &generator)
    let rankings = weights.keys.sorted().map { name in
      ChannelRanking(
        channel: name,
        hits: (0..<Int.random(in: 0...30, using: &generator)).map { _ in
          ChannelHit(
            row: .random(in: 0..<25, using: &generator), score: Double(Int.random(in: 0..<5, using: &generator)))
        })
    }
    let fused = try Self.fusion(k: k, weights).fuse(rankings)

    var expected: [Int64: Double] = [:]
    for ranking in rankings {
      let best = Dictionary(grouping: ranking.hits, by: \.row).mapValues { $0.map(\.score).max() ?? 0 }
      for (row, score) in best {
        let before = best.count { $0.value > score || ($0.value == score && $0.key < row) }
        expected[row, default: 0] += (weights[ranking.channel] ?? 0) / (k + Double(before + 1))
      }
    }
    #expect(Set(fused.map(\.row)) == Set(expected.keys))
    for hit in fused { #expect(abs(hit.score - (expected[hit.row] ?? -1)) < 1e-12) }
    #expect(
      zip(fused, fused.dropFirst()).allSatisfy { $0.score > $1.score || ($0.score == $1.score && $0.row < $1.row) })
  }

  @Test func `Contributions add up to the score exactly and name every channel`() throws {
    let fused = try Self.fusion(["a": 1, "b": 0.3, "c": 2]).fuse([
      ChannelRanking(channel: "a", hits: Self.hits(1, 2, 3)), ChannelRanking(channel: "b", hits: Self.hits(3, 1)),
      ChannelRanking(channel: "c", without: .failed), ChannelRanking(channel: "d", without: .notAsked),
    ])
    for hit in fused {
      #expect(hit.contributions.map(\.channel) == ["a", "b", "c", "d"])
      #expect(hit.contributions.reduce(0) { $0 + $1.contribution } == hit.score)
    }
    let second = try #require(fused.first { $0.row == 2 })
    #expect(second.contributions.map(\.state) == [.returned, .absent, .failed, .notAsked])
    #expect(second.contributions.map(\.rank) == [2, nil, nil, nil])
    #expect(second.contributions.map(\.rawScore) == [99, nil, nil, nil])
    #expect(second.contributions[1].contribution == 0)
  }

  @Test func `Hits with equal scores come in the order of rows`() throws {
    let fused = try Self.fusion(["a": 1, "b": 1]).fuse([
      ChannelRanking(channel: "a", hits: Self.hits(9, 4)), ChannelRanking(channel: "b", hits: Self.hits(4, 9)),
    ])
    #expect(fused.map(\.row) == [4, 9])
    #expect(fused[0].score == fused[1].score)
  }

  @Test func `A row that a channel returns twice counts once at its best place`() throws {
    let fused = try Self.fusion(k: 1, ["a": 1]).fuse([ChannelRanking(channel: "a", hits: Self.hits(5, 5, 6))])
    #expect(fused.map(\.row) == [5, 6])
    #expect(fused.map { $0.contributions[0].rank } == [1, 2])
    #expect(fused[0].score == 0.5)
  }

  @Test func `A channel of weight 0 brings no hit but is shown on others' hits`() throws {
    let fused = try Self.fusion(["a": 1, "b": 0]).fuse([
      ChannelRanking(channel: "a", hits: Self.hits(1)), ChannelRanking(channel: "b", hits: Self.hits(2, 1)),
    ])
    #expect(fused.map(\.row) == [1])
    #expect(fused[0].contributions[1].rank == 2)
    #expect(fused[0].contributions[1].contribution == 0)
  }

  @Test func `Nothing fuses to nothing`() throws {
    #expect(try Self.fusion(["a": 1]).fuse([]).isEmpty)
    #expect(try Self.fusion(["a": 1]).fuse([ChannelRanking(channel: "a", hits: [])]).isEmpty)
  }

  @Test(arguments: [0, -1, .nan, .infinity]) func `A constant that is not positive is refused`(k: Double) {
    let error = #expect(throws: RetrievalError.self) { try FusionSettings(k: k, weights: ["a": 1]) }
    #expect(error?.code == .fusionSettings)
    #expect(error?.expected == "> 0")
  }

  @Test(arguments: [["a": -0.5, "b": 1], ["a": .nan], ["a": .infinity], ["a": 0, "b": 0], [:]])
  func `Weights without use are refused`(weights: [String: Double]) {
    #expect(throws: RetrievalError(.fusionSettings, "")) { try FusionSettings(k: 10, weights: weights) }
  }

  @Test func `A window below 1 is refused`() {
    #expect(throws: RetrievalError(.fusionSettings, "")) { try FusionSettings(k: 10, weights: ["a": 1], window: 0) }
  }

  @Test func `The shipped settings are usable`() throws {
    let shipped = try FusionSettings.shipped()
    #expect(shipped.weight(of: "faiss") > 0)
    #expect(shipped.weight(of: "bm25") > 0)
    #expect(shipped.weight(of: "unknown") == 0)
  }

  @Test func `Weights of one request change the named channels only`() throws {
    let settings = try FusionSettings(k: 10, weights: ["a": 1, "b": 2], window: 50)
    #expect(try settings.weighted(["b": 0.5]) == FusionSettings(k: 10, weights: ["a": 1, "b": 0.5], window: 50))
    for weights in [["c": 1.0], ["a": -1], ["a": .nan], ["a": 0, "b": 0]] {
      #expect(throws: RetrievalError(.fusionSettings, "")) { try settings.weighted(weights) }
    }
  }
}
