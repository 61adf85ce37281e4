public import Retrieval
public import RuntimeCells

/// How searches are fused and how long their parts may take, as the settings give it.
public struct SearchSettings: Sendable, Equatable {
  /// The constant of reciprocal rank fusion.
  public var rrfK = FusionSettings.shippedK
  /// Weights by channel name, one for every channel.
  public var weights = FusionSettings.shippedWeights
  /// How many hits each channel is asked for.
  public var window = FusionSettings.shippedWindow
  /// How long each channel may take.
  public var channelBudget: Duration = .seconds(10)
  /// How many may use a cell at once, by the cell's name.
  public var gates: [String: GateLimits] = [:]

  /// What the engine ships with.
  public init() {}

  /// The checked numbers of fusion.
  ///
  /// - Throws: ``RetrievalError`` with `fusionSettings`.
  public func fusion(method: FusionMethod = .reciprocalRank) throws -> FusionSettings {
    try FusionSettings(k: rrfK, weights: weights, window: window, method: method)
  }
}
