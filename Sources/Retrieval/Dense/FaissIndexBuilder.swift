import CFaiss

/// Collects vectors and turns them into a ``FaissIndex``.
///
/// Computes on the calling thread: use it from a thread of its own. Not for use from two threads at once.
public final class FaissIndexBuilder {
  /// The number of values in a vector.
  public let dimension: Int
  /// The kind asked for; ``FaissIndexKind/automatic`` is decided in ``finish()``, when the number of rows is known.
  public let kind: FaissIndexKind
  /// Rows added so far.
  public private(set) var count = 0

  private let threads: Int
  private var handle: OpaquePointer?

  /// An empty builder.
  ///
  /// - Parameters:
  ///   - dimension: Values in a vector, 1...65536.
  ///   - kind: How the index will search.
  ///   - threads: Threads for building a graph. One thread gives the same graph every time.
  /// - Throws: ``RetrievalError`` with `argument`.
  public init(dimension: Int, kind: FaissIndexKind = .automatic, threads: Int = 1) throws {
    self.dimension = dimension
    self.kind = kind
    self.threads = threads
    if case .hnsw(let parameters) = kind {
      handle = try Self.makeGraph(dimension: dimension, parameters)
    } else {
      handle = try Self.makeFlat(dimension: dimension)
    }
  }

  deinit { if let handle { cfaiss_free(handle) } }

  /// Appends rows, laid out one after the other; they get the ids `count`, `count + 1` and so on.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch` (not a whole number of rows), `vectorNotFinite` (nothing was
  ///   added), `argument` (after ``finish()``, or more than 2^31 rows) or `outOfMemory`.
  public func add(_ rows: [Float]) throws {
    guard let handle else { throw RetrievalError(.argument, "This builder is finished: make another one.") }
    guard rows.count.isMultiple(of: dimension) else {
      throw RetrievalError(
        .dimensionMismatch, "The values are not a whole number of vectors.",
        expected: "a multiple of \(dimension)", actual: String(rows.count))
    }
    try Self.append(rows, count: rows.count / dimension, to: handle, threads: threads)
    count += rows.count / dimension
  }

  /// The index. The builder accepts nothing afterwards.
  ///
  /// - Throws: ``RetrievalError`` with `outOfMemory`, or `argument` when called twice.
  public func finish() throws -> FaissIndex {
    guard let built = handle else { throw RetrievalError(.argument, "This builder is finished: make another one.") }
    handle = nil
    let index = try Self.finished(built)
    guard case .automatic = kind, case .hnsw(let parameters) = kind.resolved(rows: count) else { return index }
    let graph = try Self.makeGraph(dimension: dimension, parameters)
    do {
      try Self.append(index.vectors(rows: 0..<count), count: count, to: graph, threads: threads)
    } catch {
      cfaiss_free(graph)
      throw error
    }
    return try Self.finished(graph)
  }

  private static func finished(_ handle: OpaquePointer) throws -> FaissIndex {
    var failure = cfaiss_failure()
    guard cfaiss_finish(handle, &failure) == CFAISS_OK else {
      cfaiss_free(handle)
      throw RetrievalError(failure)
    }
    return FaissIndex(owning: handle)
  }

  private static func append(_ rows: [Float], count: Int, to handle: OpaquePointer, threads: Int) throws {
    var failure = cfaiss_failure()
    guard cfaiss_add(handle, Int64(count), rows, Int32(clamping: threads), &failure) == CFAISS_OK else {
      throw RetrievalError(failure)
    }
  }

  private static func makeFlat(dimension: Int) throws -> OpaquePointer {
    var handle: OpaquePointer?
    var failure = cfaiss_failure()
    guard cfaiss_create_flat(Int32(clamping: dimension), &handle, &failure) == CFAISS_OK, let handle else {
      throw RetrievalError(failure)
    }
    return handle
  }

  private static func makeGraph(dimension: Int, _ parameters: HNSWParameters) throws -> OpaquePointer {
    var handle: OpaquePointer?
    var failure = cfaiss_failure()
    let status = cfaiss_create_hnsw(
      Int32(clamping: dimension), Int32(clamping: parameters.links), Int32(clamping: parameters.constructionBeam),
      &handle, &failure)
    guard status == CFAISS_OK, let handle else { throw RetrievalError(failure) }
    return handle
  }
}
