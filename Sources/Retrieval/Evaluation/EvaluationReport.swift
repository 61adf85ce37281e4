/// How good the channels and their fusion are on one judged collection.
public struct EvaluationReport: Sendable, Hashable, Codable {
  /// The fusion compared with one channel.
  public struct Comparison: Sendable, Hashable, Codable {
    /// The channel.
    public var channel: String
    /// nDCG@10 of the fusion minus that of the channel, with a 95 % interval over 2,000 paired resamplings.
    public var nDCG10: PairedBootstrap

    private enum CodingKeys: String, CodingKey {
      case channel
      case nDCG10 = "ndcg@10"
    }
  }

  /// The fusion that was judged.
  public struct Fusion: Sendable, Hashable, Codable {
    /// The method.
    public var method: FusionMethod
    /// Of reciprocal ranks: the constant added to ranks; nil for another method.
    public var k: Double?
    /// Weights of the channels that were asked.
    public var weights: [String: Double]
  }

  /// The collection's name.
  public var dataset: String
  /// The file of its judgments, relative to its folder.
  public var judgments: String
  /// How many documents it holds.
  public var documents: Int
  /// How many judged questions were asked.
  public var queries: Int
  /// How many hits each channel was asked for, and how many fused ones were judged.
  public var depth: Int
  /// The mean metrics of each channel alone.
  public var channels: [String: RankingMetrics]
  /// The mean metrics of the fusion.
  public var fused: RankingMetrics
  /// The fusion's settings.
  public var fusion: Fusion
  /// The fusion against each channel, in the order of the channels.
  public var comparisons: [Comparison]
  /// What each channel adds; nil where it was not asked for.
  public var ablation: FusionAblation?
  /// Latency of each channel's search, by channel, and of its stages, as in ``ChannelRuns/milliseconds``.
  public var latency: [String: LatencySummary]
  /// What was cut off or left out; empty when nothing was.
  public var limits: [String]

  private enum CodingKeys: String, CodingKey {
    case dataset, judgments, documents, queries, depth, channels, fused, fusion, comparisons, ablation
    case latency = "latency_ms"
    case limits
  }

  /// Judges what the channels answered.
  ///
  /// - Parameters:
  ///   - dataset: The collection's name.
  ///   - collection: The collection that was asked.
  ///   - runs: The answers.
  ///   - settings: The fusion to judge.
  ///   - depth: The hits each channel was asked for.
  public init(
    dataset: String, collection: JudgedCollection, runs: ChannelRuns, settings: FusionSettings, depth: Int
  ) {
    let fusedMetrics = runs.metrics(fusedBy: settings, of: collection, depth: depth)
    var channels: [String: RankingMetrics] = [:]
    var comparisons: [Comparison] = []
    for channel in runs.channels {
      let metrics = runs.metrics(of: channel, in: collection)
      channels[channel] = RankingMetrics(meanOf: metrics)
      let differences = zip(fusedMetrics, metrics).map { $0.nDCG10 - $1.nDCG10 }
      comparisons.append(Comparison(channel: channel, nDCG10: PairedBootstrap(differences: differences)))
    }
    self.dataset = dataset
    judgments = collection.judgments
    documents = collection.documents.count
    queries = collection.queries.count
    self.depth = depth
    self.channels = channels
    fused = RankingMetrics(meanOf: fusedMetrics)
    fusion = Fusion(
      method: settings.method, k: settings.method == .reciprocalRank ? settings.k : nil,
      weights: Dictionary(runs.channels.map { ($0, settings.weight(of: $0)) }) { first, _ in first })
    self.comparisons = comparisons
    latency = runs.milliseconds.mapValues { LatencySummary(of: $0) }
    limits = runs.limits
    let unknown = collection.unknownDocuments
    if unknown > 0 {
      limits.append("\(unknown) judged documents are not in corpus.jsonl; they count as not found")
    }
  }
}
