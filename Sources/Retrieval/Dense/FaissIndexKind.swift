/// How a dense index finds the nearest vectors.
public enum FaissIndexKind: Sendable, Hashable {
  /// Compares the query with every vector: exact.
  case flat
  /// A navigable small-world graph (Malkov and Yashunin, arXiv:1603.09320): approximate, and far faster on many rows.
  case hnsw(HNSWParameters)
  /// ``flat`` up to ``automaticFlatRows`` rows and ``hnsw(_:)`` with default parameters beyond.
  case automatic

  /// The most rows ``automatic`` scans exactly. A scan of 50,000 vectors of 384 floats reads 77 MB.
  public static let automaticFlatRows = 50_000

  /// The kind for a known number of rows; never ``automatic``.
  public func resolved(rows: Int) -> FaissIndexKind {
    switch self {
    case .automatic: rows <= Self.automaticFlatRows ? .flat : .hnsw(HNSWParameters())
    default: self
    }
  }

  /// `flat`, `automatic` or `hnsw(M,efConstruction)`, as manifests write it.
  public var parameterText: String {
    switch self {
    case .flat: "flat"
    case .hnsw(let parameters): "hnsw(\(parameters.links),\(parameters.constructionBeam))"
    case .automatic: "automatic"
    }
  }
}

/// The sizes of a graph index.
public struct HNSWParameters: Sendable, Hashable {
  /// `M`: neighbours a row keeps on upper levels, twice as many at the bottom; 2...512.
  public var links: Int
  /// Candidates looked at while a row is linked; more gives a better graph and a slower build.
  public var constructionBeam: Int

  /// Parameters; the defaults reach a recall@10 above 0.95 on sentence embeddings with the default search beam.
  public init(links: Int = 16, constructionBeam: Int = 100) {
    self.links = links
    self.constructionBeam = constructionBeam
  }
}
