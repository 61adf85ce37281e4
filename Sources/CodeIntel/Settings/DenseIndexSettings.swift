public import Retrieval

/// How `codeintel index` builds the dense indexes, and how they are opened and searched.
public struct DenseIndexSettings: Sendable, Equatable {
  /// How they search.
  public var kind: FaissIndexKind
  /// When the graph of the generation before is kept.
  public var merging: DenseMergePolicy
  /// Whether a run that kept one builds a new graph afterwards and publishes that too.
  public var mergesAfterwards: Bool
  /// Inverted lists that a search reads, at least 1; nil as ``FaissIndex/usualProbes``. Other kinds have none.
  public var probes: Int?
  /// Whether an index stays in its file, where its kind can.
  public var isMapped: Bool
  /// Whether flat parts keep 8-bit codes beside their vectors, in memory, which a search scans first.
  public var scansInt8: Bool

  /// Settings of one's own.
  public init(
    kind: FaissIndexKind = .automatic, merging: DenseMergePolicy = DenseMergePolicy(), mergesAfterwards: Bool = false,
    probes: Int? = nil, isMapped: Bool = false, scansInt8: Bool = false
  ) {
    self.kind = kind
    self.merging = merging
    self.mergesAfterwards = mergesAfterwards
    self.probes = probes
    self.isMapped = isMapped
    self.scansInt8 = scansInt8
  }

  /// The kinds that can be asked for, by name.
  static let kinds: [String: FaissIndexKind] = [
    "automatic": .automatic, "flat": .flat, "hnsw": .hnsw(HNSWParameters()), "ivf-sq8": .ivfSQ8,
    "ivf-pq": .ivfPQ,
  ]
}
