/// Looks for the fusion that serves a development split best. Only ever to be used on such a split: what is tuned on a
/// test split cannot be judged by it.
public struct FusionTuner: Sendable {
  /// A point of the grid.
  public struct Trial: Sendable, Hashable, Codable {
    /// Of reciprocal ranks: the constant added to ranks; nil for another method.
    public var k: Double?
    /// Weights by channel.
    public var weights: [String: Double]
    /// Mean metrics.
    public var metrics: RankingMetrics
  }

  /// The constants tried.
  public static let constants: [Double] = [2, 5, 10, 20, 60]
  /// The weights tried for every channel but the best, whose weight is 1.
  public static let steps: [Double] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1]

  /// All trials, best nDCG@10 first; equal ones in the order of the grid.
  ///
  /// The channel that is best alone has weight 1, every other each step: 8^(n-1) points for n channels, with reciprocal
  /// ranks each with five constants.
  ///
  /// - Throws: ``RetrievalError`` with `fusionSettings`; `CancellationError`.
  public static func trials(
    _ runs: ChannelRuns, of collection: JudgedCollection, depth: Int, method: FusionMethod = .reciprocalRank
  ) throws -> [Trial] {
    let alone = runs.channels.map { RankingMetrics(meanOf: runs.metrics(of: $0, in: collection)).nDCG10 }
    guard let most = alone.max(), let best = alone.firstIndex(of: most) else { return [] }
    var grid: [[String: Double]] = [[runs.channels[best]: 1]]
    for (place, channel) in runs.channels.enumerated() where place != best {
      grid = grid.flatMap { point in steps.map { point.merging([channel: $0]) { $1 } } }
    }
    var trials: [Trial] = []
    let constants: [Double?] = method == .reciprocalRank ? Self.constants : [nil]
    for k in constants {
      for weights in grid {
        try Task.checkCancellation()
        let settings = try FusionSettings(
          k: k ?? FusionSettings.shippedK, weights: weights, window: depth, method: method)
        let metrics = RankingMetrics(meanOf: runs.metrics(fusedBy: settings, of: collection, depth: depth))
        trials.append(Trial(k: k, weights: weights, metrics: metrics))
      }
    }
    return trials.enumerated().sorted {
      ($1.element.metrics.nDCG10, $0.offset) < ($0.element.metrics.nDCG10, $1.offset)
    }.map(\.element)
  }
}
