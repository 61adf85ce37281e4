extension FusionSettings {
  /// The constant the engine ships with.
  public static let shippedK = 5.0
  /// The weights the engine ships with.
  public static let shippedWeights = ["faiss": 1.0, "bm25": 0.4, "coderank_faiss": 0, "splade": 0]

  /// The settings used unless the configuration names others. docs/retrieval.md says how they were chosen.
  ///
  /// - Throws: Nothing as shipped; see ``init(k:weights:window:)``.
  public static func shipped() throws -> FusionSettings {
    try FusionSettings(k: shippedK, weights: shippedWeights)
  }
}
