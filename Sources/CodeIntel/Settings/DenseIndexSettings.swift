public import Retrieval

/// How `codeintel index` builds the dense indexes.
public struct DenseIndexSettings: Sendable, Equatable {
  /// How they search.
  public var kind: FaissIndexKind
  /// When the graph of the generation before is kept.
  public var merging: DenseMergePolicy
  /// Whether a run that kept one builds a new graph afterwards and publishes that too.
  public var mergesAfterwards: Bool

  /// Settings of one's own.
  public init(
    kind: FaissIndexKind = .automatic, merging: DenseMergePolicy = DenseMergePolicy(), mergesAfterwards: Bool = false
  ) {
    self.kind = kind
    self.merging = merging
    self.mergesAfterwards = mergesAfterwards
  }

  /// The kinds that can be asked for, by name.
  static let kinds: [String: FaissIndexKind] = [
    "automatic": .automatic, "flat": .flat, "hnsw": .hnsw(HNSWParameters()),
  ]
}
