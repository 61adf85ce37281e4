/// When the graph of the generation before is kept, with a small flat index beside it, and when a new one is built.
public struct DenseMergePolicy: Sendable, Hashable {
  /// The most new and removed vectors together, as a share of the old graph's. 0 builds a new graph every time.
  public var maximumShare: Double
  /// The most vectors in the flat index, whose scan every search pays.
  public var maximumFresh: Int
  /// Whether flat indexes are kept too. Copying one is quick, so it pays for tests only.
  var keepsFlat = false

  /// A policy.
  public init(maximumShare: Double = 0.2, maximumFresh: Int = FaissIndexKind.automaticFlatRows) {
    self.maximumShare = maximumShare
    self.maximumFresh = maximumFresh
  }

  /// Whether an index of this kind may be kept where `wanted` would be built.
  func keeps(_ kind: FaissIndexKind, wanted: FaissIndexKind) -> Bool {
    kind == wanted && maximumShare > 0 && (kind != .flat || keepsFlat)
  }

  /// Whether that much may lie over a primary of so many rows.
  func accepts(fresh: Int, dead: Int, primary: Int) -> Bool {
    fresh <= maximumFresh && Double(fresh + dead) <= maximumShare * Double(primary)
  }
}
