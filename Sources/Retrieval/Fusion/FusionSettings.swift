/// How the channels' lists are fused: the method and its numbers.
public struct FusionSettings: Sendable, Hashable {
  /// The method.
  public let method: FusionMethod
  /// Of reciprocal ranks: the constant added to ranks; smaller lets first places count more. Always above 0.
  public let k: Double
  /// Weights by channel name; never negative, at least one above 0.
  public let weights: [String: Double]
  /// How many hits each channel is asked for. Pages (`offset + limit`) that lie within it continue each other; for one that
  /// ends beyond, the channels are asked for more.
  public let window: Int

  /// Checked settings.
  ///
  /// - Throws: ``RetrievalError`` with `fusionSettings`: k not above 0, a weight negative or not finite, all weights 0,
  ///   or a window below 1.
  public init(
    k: Double, weights: [String: Double], window: Int = FusionSettings.shippedWindow,
    method: FusionMethod = .reciprocalRank
  ) throws {
    guard k.isFinite, k > 0 else {
      throw RetrievalError(
        .fusionSettings, "The fusion constant rrf_k must be a positive number.", expected: "> 0", actual: "\(k)")
    }
    if let (name, weight) = weights.sorted(by: { $0.key < $1.key }).first(where: { !$0.value.isFinite || $0.value < 0 })
    {
      throw RetrievalError(
        .fusionSettings, "The weight of channel \(name) must be 0 or more.", expected: ">= 0", actual: "\(weight)")
    }
    guard weights.values.reduce(0, +) > 0 else {
      throw RetrievalError(
        .fusionSettings,
        "Every channel has weight 0, so no hit could have a score. Give one channel a positive weight.",
        expected: "a positive sum", actual: "0")
    }
    guard window >= 1 else {
      throw RetrievalError(
        .fusionSettings, "The fusion window must be at least 1.", expected: ">= 1", actual: "\(window)")
    }
    self.method = method
    self.k = k
    self.weights = weights
    self.window = window
  }

  /// These settings with other weights for the channels that are named.
  ///
  /// - Throws: ``RetrievalError`` with `fusionSettings`: a channel that has no weight here, or as ``init(k:weights:window:method:)``.
  public func weighted(_ changes: [String: Double]) throws -> FusionSettings {
    if let unknown = changes.keys.sorted().first(where: { weights[$0] == nil }) {
      throw RetrievalError(
        .fusionSettings, "A weight is given for a channel that does not exist.",
        expected: weights.keys.sorted().joined(separator: ", "), actual: unknown)
    }
    return try FusionSettings(
      k: k, weights: weights.merging(changes) { _, new in new }, window: window, method: method)
  }

  /// These settings for a request that names its channels and weights: a channel of weight 0 counts 1 where it is asked
  /// by name, unless the request says what it counts.
  ///
  /// - Throws: ``RetrievalError`` with `fusionSettings`, see ``weighted(_:)``.
  public func naming(_ channels: Set<String>?, weights own: [String: Double]?) throws -> FusionSettings {
    let weighted = try own.map { try self.weighted($0) } ?? self
    let silent = (channels ?? []).filter { weighted.weights[$0] == 0 && own?[$0] == nil }
    guard !silent.isEmpty else { return weighted }
    return try weighted.weighted(Dictionary(uniqueKeysWithValues: silent.map { ($0, 1) }))
  }

  /// These settings as a request changes them, for that request alone: its weights, constant and method, the channels that
  /// it names, and a window that reaches to the end of its page. The same again changes nothing more.
  ///
  /// - Throws: ``RetrievalError`` with `fusionSettings`, see ``weighted(_:)`` and ``init(k:weights:window:method:)``.
  func applied(to request: SearchRequest) throws -> FusionSettings {
    let named = try naming(request.channels, weights: request.weights)
    let (end, overflow) = request.limit.addingReportingOverflow(request.offset)
    // A page that ends nowhere is refused with the request.
    let reach = overflow ? window : min(end, Self.maximumWindow)
    return try FusionSettings(
      k: request.k ?? k, weights: named.weights, window: max(window, reach), method: request.fusion ?? method)
  }

  /// Merges lists by the method. Contributions come in the order of `rankings` and add up to the score exactly.
  public func fuse(_ rankings: [ChannelRanking]) -> [FusedHit] {
    switch method {
    case .reciprocalRank: ReciprocalRankFusion(settings: self).fuse(rankings)
    case .relativeScore: RelativeScoreFusion(settings: self).fuse(rankings)
    }
  }

  /// A channel's weight; 0 for a channel that is not named.
  public func weight(of channel: String) -> Double { weights[channel] ?? 0 }
}
