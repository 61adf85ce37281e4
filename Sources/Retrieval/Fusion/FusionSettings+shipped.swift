extension FusionSettings {
  /// The constant the engine ships with.
  public static let shippedK = 5.0
  /// The weights the engine ships with.
  public static let shippedWeights = ["faiss": 1.0, "bm25": 0.4, "coderank_faiss": 0, "splade": 0, "xtr": 0]

  /// How many hits each channel is asked for.
  public static let shippedWindow = 200
  /// The most that a channel is ever asked for: where a page may end.
  public static let maximumWindow = 10_000

  /// How many of the fused candidates a rescoring channel scores; those beyond show as absent.
  public static let rescoredCandidates = 100

  /// The rows that a rescoring channel scores: the best of the fusion of the others.
  func candidates(of rankings: [ChannelRanking]) -> [Int64] { candidates(of: fuse(rankings)) }

  /// The same of hits that were fused already.
  func candidates(of fused: [FusedHit]) -> [Int64] {
    fused.prefix(min(window, Self.rescoredCandidates)).map(\.row)
  }

  /// The settings used unless the configuration names others. docs/retrieval.md says how they were chosen.
  ///
  /// - Throws: Nothing as shipped; see ``init(k:weights:window:method:)``.
  public static func shipped(method: FusionMethod = .reciprocalRank) throws -> FusionSettings {
    try FusionSettings(k: shippedK, weights: shippedWeights, method: method)
  }
}
