/// The vectors of one generation: one FAISS index, or one that was built for an earlier generation together with what has
/// changed since.
///
/// Rows are those of the generation's chunks whichever way it is stored, and so are scores and ties. Immutable; any number
/// of threads may search it at once.
public final class DenseIndex: Sendable {
  /// The large part.
  let primary: FaissIndex
  /// What changed since it was built; nil when it belongs to this generation.
  let overlay: DenseOverlay?

  /// An index whose rows are the chunks' rows.
  public init(_ index: FaissIndex) {
    primary = index
    overlay = nil
  }

  init(_ primary: FaissIndex, overlay: DenseOverlay) {
    self.primary = primary
    self.overlay = overlay
  }

  /// The number of values in a vector.
  public var dimension: Int { primary.dimension }
  /// The number of chunks it has vectors of.
  public var count: Int { overlay.map(\.places.count) ?? primary.count }
  /// How the large part searches.
  public var kind: FaissIndexKind { primary.kind }
  /// Bytes of vectors, graph and tables in memory.
  public var memoryBytes: Int { primary.memoryBytes + (overlay?.memoryBytes ?? 0) }
  /// Whether the large part is read from its file whenever it is needed.
  public var isMapped: Bool { primary.isMapped }
  /// Whether it is stored in two parts.
  public var isInParts: Bool { overlay != nil }
  /// Vectors beside the large part, in a flat index.
  public var freshCount: Int { overlay?.fresh.count ?? 0 }
  /// Vectors of the large part that belong to no chunk any more.
  public var deadCount: Int { overlay?.map.deadCount ?? 0 }

  /// Bytes an index would take in memory: of a large part of `primary` rows, and of a small one.
  ///
  /// - Parameters:
  ///   - primary: Rows of the large part, dead ones too.
  ///   - fresh: Rows of the small part.
  ///   - dead: Rows of the large part that belong to no chunk.
  ///   - dimension: Values in a vector.
  ///   - kind: How the large part searches.
  ///   - isMapped: Whether it is opened mapped, as far as its kind can be.
  ///   - scansInt8: Whether flat parts keep 8-bit codes beside their vectors.
  public static func estimatedBytes(
    primary: Int, fresh: Int = 0, dead: Int = 0, dimension: Int, kind: FaissIndexKind, isMapped: Bool = false,
    scansInt8: Bool = false
  ) -> Int {
    let large = FaissIndex.estimatedBytes(
      count: primary, dimension: dimension, kind: kind, isMapped: isMapped, scansInt8: scansInt8)
    guard fresh > 0 || dead > 0 else { return large }
    let tables = 4 * (primary + fresh) + (primary - dead + fresh) * MemoryLayout<DensePlace>.stride + (primary + 7) / 8
    let small = FaissIndex.estimatedBytes(count: fresh, dimension: dimension, kind: .flat, scansInt8: scansInt8)
    return large + small + tables
  }

  /// A copy of a chunk's vector.
  ///
  /// - Throws: ``RetrievalError`` with `argument` when there is no such row.
  public func vector(of row: Int64) throws -> [Float] {
    guard let overlay else { return try primary.vectors(rows: Int(row)..<Int(row) + 1) }
    guard row >= 0, row < overlay.places.count else {
      throw RetrievalError(
        .argument, "The row \(row) is not in the index.", expected: "0..<\(count)", actual: "\(row)")
    }
    switch overlay.places[Int(row)] {
    case .primary(let place): return try primary.vectors(rows: Int(place)..<Int(place) + 1)
    case .fresh(let place): return try overlay.fresh.vectors(rows: Int(place)..<Int(place) + 1)
    }
  }
}
