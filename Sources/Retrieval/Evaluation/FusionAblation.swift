/// What each channel adds: the fusion of every set of two or more of the channels, by each method, against the best of the
/// set's channels alone.
public struct FusionAblation: Sendable, Hashable, Codable {
  /// One set of channels, fused by one method.
  public struct Row: Sendable, Hashable, Codable {
    /// The channels, in the engine's order.
    public var channels: [String]
    /// The method.
    public var method: FusionMethod
    /// Mean metrics of the fusion.
    public var metrics: RankingMetrics
    /// The channel among them that has the best nDCG@10 alone.
    public var best: String
    /// nDCG@10 of the fusion minus that channel's, with a 95 % interval over 2,000 paired resamplings.
    public var nDCG10: PairedBootstrap

    private enum CodingKeys: String, CodingKey {
      case channels, method, metrics, best
      case nDCG10 = "ndcg@10"
    }
  }

  /// Small sets first, each by every method.
  public var rows: [Row] = []

  /// Fuses the lists of `runs` again and again; no channel is asked.
  ///
  /// - Parameters:
  ///   - runs: What the channels answered.
  ///   - collection: The collection that was asked.
  ///   - settings: Weights and constant; its method is one of those that are tried.
  ///   - depth: How many fused hits are judged.
  /// - Throws: `CancellationError`. A set without a positive weight is left out.
  public init(_ runs: ChannelRuns, of collection: JudgedCollection, settings: FusionSettings, depth: Int) throws {
    let alone = runs.channels.map { runs.metrics(of: $0, in: collection).map(\.nDCG10) }
    let means = alone.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
    for places in Self.sets(of: runs.channels.count) {
      guard let best = places.max(by: { means[$0] < means[$1] }) else { continue }
      let channels = places.map { runs.channels[$0] }
      let weights = Dictionary(uniqueKeysWithValues: channels.map { ($0, settings.weight(of: $0)) })
      guard weights.values.contains(where: { $0 > 0 }) else { continue }
      for method in FusionMethod.allCases {
        try Task.checkCancellation()
        let fusion = try FusionSettings(k: settings.k, weights: weights, window: settings.window, method: method)
        let metrics = runs.metrics(fusedBy: fusion, of: collection, depth: depth)
        rows.append(
          Row(
            channels: channels, method: method, metrics: RankingMetrics(meanOf: metrics), best: runs.channels[best],
            nDCG10: PairedBootstrap(differences: zip(metrics, alone[best]).map { $0.nDCG10 - $1 })))
      }
    }
  }

  /// Sets of two or more places, small ones first, each in rising order.
  static func sets(of count: Int) -> [[Int]] {
    (0..<(1 << count)).map { bits in (0..<count).filter { bits & (1 << $0) != 0 } }
      .filter { $0.count > 1 }
      .sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count }
  }
}
