/// Gathers the vectors of a generation in the order of its chunks: beside the index of the generation before as long as the
/// policy accepts that, else into a new one.
struct DenseAssembly: Sendable {
  /// What came out.
  enum Outcome: Sendable {
    /// A new index.
    case whole(FaissIndex)
    /// The primary part of the generation before, with this over it.
    case overlay(primaryRows: [Int32], freshRows: [Int32], fresh: FaissIndex)
  }

  /// Too much changed to keep the generation before, and what its codes stand for must not be coded again.
  struct NotKept: Error {}

  /// One chunk's vector: where the generation before has it, and whether this chunk alone takes it from there.
  enum Source: Sendable {
    case previous(row: Int64, isOnly: Bool)
    case embedded(ArraySlice<Float>)
  }

  private let previous: DenseIndex?
  private let kind: FaissIndexKind
  private let policy: DenseMergePolicy
  /// Vectors of the new index, or those that the old one lacks.
  private var collected: FaissIndexBuilder
  /// The old primary's rows and where they lead now; nil once a new index is made.
  private var primaryRows: [Int32]?
  private var freshRows: [Int32] = []
  private var count = 0
  private var live = 0

  /// An assembly of `total` rows.
  init(dimension: Int, kind: FaissIndexKind, total: Int, previous: DenseIndex?, policy: DenseMergePolicy) throws {
    self.previous = previous
    self.kind = kind
    self.policy = policy
    let isKept = previous.map { policy.keeps($0.kind, wanted: kind.resolved(rows: total)) } ?? false
    if isKept, let previous {
      primaryRows = [Int32](repeating: DenseRowMap.dead, count: previous.primary.count)
    }
    collected = try FaissIndexBuilder(dimension: dimension, kind: isKept ? .flat : kind)
  }

  /// Adds the next rows.
  ///
  /// - Throws: ``NotKept``; ``RetrievalError``.
  mutating func add(_ sources: [Source]) throws {
    var values: [Float] = []
    for source in sources {
      if case .previous(let row, true) = source, primaryRows != nil, let place = previous?.primaryRow(of: row) {
        primaryRows?[place] = Int32(count)
        live += 1
      } else {
        try append(source, to: &values)
        if primaryRows != nil { freshRows.append(Int32(count)) }
      }
      count += 1
    }
    try collected.add(values)
    if primaryRows != nil, !accepts(dead: 0) { try abandonPrimary() }
  }

  /// Ends it. A graph is linked on `threads` threads, which takes long.
  ///
  /// - Throws: ``NotKept``; ``RetrievalError``.
  mutating func finish(threads: Int) throws -> Outcome {
    if let primaryRows, !accepts(dead: primaryRows.count - live) { try abandonPrimary() }
    let index = try collected.finish(threads: threads)
    guard let primaryRows else { return .whole(index) }
    return .overlay(primaryRows: primaryRows, freshRows: freshRows, fresh: index)
  }

  private func accepts(dead: Int) -> Bool {
    policy.accepts(fresh: freshRows.count, dead: dead, primary: primaryRows?.count ?? 0)
  }

  private func append(_ source: Source, to values: inout [Float]) throws {
    switch source {
    case .embedded(let vector): values += vector
    case .previous(let row, _): values += try previous?.vector(of: row) ?? []
    }
  }

  /// Copies the rows so far from both parts into a new index.
  private mutating func abandonPrimary() throws {
    guard let primaryRows, let previous else { return }
    guard previous.kind.serves(kind) else { throw NotKept() }
    let fresh = try collected.finish()
    let whole = try FaissIndexBuilder(dimension: fresh.dimension, kind: kind)
    let map = DenseRowMap(primary: primaryRows, fresh: freshRows, primaryChecksum: 0, freshChecksum: 0)
    var values: [Float] = []
    for (row, place) in try map.places(path: "").enumerated() {
      switch place {
      case .primary(let old): values += try previous.primary.vectors(rows: Int(old)..<Int(old) + 1)
      case .fresh(let new): values += try fresh.vectors(rows: Int(new)..<Int(new) + 1)
      }
      if row % 4096 == 4095 {
        try whole.add(values)
        values.removeAll(keepingCapacity: true)
      }
    }
    try whole.add(values)
    collected = whole
    self.primaryRows = nil
    freshRows = []
  }
}
