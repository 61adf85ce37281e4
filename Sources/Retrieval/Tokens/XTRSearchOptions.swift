/// How far a token search looks.
public struct XTRSearchOptions: Sendable, Hashable {
  /// Centroids whose tokens are scored, for each token of the question; 0 means all, which makes the search exact.
  public var probes: Int
  /// Tokens that must lie behind a centroid before its product is taken for the similarity of what was not found.
  public var missingRank: Int
  /// Documents whose exact score replaces the estimate, at least as many as are asked for; 0 leaves the estimates.
  public var rescored: Int

  /// Options; see the properties. The defaults were not tuned on any collection.
  public init(probes: Int = 32, missingRank: Int = 1024, rescored: Int = 200) {
    self.probes = probes
    self.missingRank = missingRank
    self.rescored = rescored
  }
}
