/// How a dense index finds the nearest vectors.
public enum FaissIndexKind: Sendable, Hashable {
  /// Compares the query with every vector: exact.
  case flat
  /// A navigable small-world graph (Malkov and Yashunin, arXiv:1603.09320): approximate, and far faster on many rows.
  case hnsw(HNSWParameters)
  /// Inverted lists over 8-bit codes (FAISS's `IVF,SQ8`): about a quarter of the memory of the others, and approximate twice,
  /// because only some lists are read and because codes stand for values nearby. About the square root of the rows lists.
  /// The vectors themselves are given up; ``FaissIndex/vectors(rows:)`` gives what the codes stand for.
  case ivfSQ8
  /// Inverted lists over product codes (FAISS's `IVF,PQ`; Jégou, Douze and Schmid, 2011): a byte for each four components of what a
  /// vector is off its list's centroid. About a fourteenth of the memory of ``flat``, and the least exact kind. What the codes stand for is
  /// never coded again, so an index of them that cannot be kept is embedded anew.
  case ivfPQ
  /// ``flat`` up to ``automaticFlatRows`` rows and ``hnsw(_:)`` with default parameters beyond; never a kind that
  /// ``isLossy``.
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

  /// Whether stored vectors are not those that were added.
  public var isLossy: Bool { self == .ivfSQ8 || self == .ivfPQ }

  /// Whether an index of another kind may be made of what this one stores. Exact vectors serve every kind; scalar codes serve codes,
  /// for coding them again costs nothing; the error of product codes would add up from generation to generation.
  func serves(_ other: FaissIndexKind) -> Bool { !isLossy || (self == .ivfSQ8 && other.isLossy) }

  /// `flat`, `automatic`, `ivf-sq8`, `ivf-pq` or `hnsw(M,efConstruction)`, as manifests write it.
  public var parameterText: String {
    switch self {
    case .flat: "flat"
    case .hnsw(let parameters): "hnsw(\(parameters.links),\(parameters.constructionBeam))"
    case .ivfSQ8: "ivf-sq8"
    case .ivfPQ: "ivf-pq"
    case .automatic: "automatic"
    }
  }

  /// The kind of that ``parameterText``; nil for any other text.
  public init?(parameterText text: String) {
    switch text {
    case "flat": self = .flat
    case "ivf-sq8": self = .ivfSQ8
    case "ivf-pq": self = .ivfPQ
    case "automatic": self = .automatic
    default:
      guard text.hasPrefix("hnsw("), text.hasSuffix(")") else { return nil }
      let numbers = text.dropFirst(5).dropLast().split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let links = numbers[0], let beam = numbers[1] else { return nil }
      self = .hnsw(HNSWParameters(links: links, constructionBeam: beam))
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
