import CFaiss
import Synchronization

/// Collects vectors and turns them into a ``FaissIndex``.
///
/// Adding copies and checks the values, which is quick; ``finish(threads:scansInt8:)`` of a graph computes for long and belongs on
/// a thread of its own. Calls from several threads wait for each other.
public final class FaissIndexBuilder: Sendable {
  /// The number of values in a vector.
  public let dimension: Int
  /// The kind asked for; ``FaissIndexKind/automatic`` is decided when the number of rows is known.
  public let kind: FaissIndexKind

  private let collected: Mutex<Handle?>

  /// An empty builder.
  ///
  /// - Parameters:
  ///   - dimension: Values in a vector, 1...65536.
  ///   - kind: How the index will search.
  /// - Throws: ``RetrievalError`` with `argument`.
  public init(dimension: Int, kind: FaissIndexKind = .automatic) throws {
    self.dimension = dimension
    self.kind = kind
    if case .hnsw(let parameters) = kind { try parameters.check() }
    collected = Mutex(try Handle(dimension: dimension))
  }

  /// Rows added so far.
  public var count: Int { collected.withLock { $0.map { Int(cfaiss_describe($0.pointer).count) } ?? 0 } }

  /// Appends rows, laid out one after the other; they get the ids `count`, `count + 1` and so on.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch` (not a whole number of rows), `vectorNotFinite` (nothing was
  ///   added), `argument` (after ``finish(threads:scansInt8:)``, or more than 2^31 rows) or `outOfMemory`.
  public func add(_ rows: [Float]) throws {
    guard rows.count.isMultiple(of: dimension) else {
      throw RetrievalError(
        .dimensionMismatch, "The values are not a whole number of vectors.",
        expected: "a multiple of \(dimension)", actual: String(rows.count))
    }
    try collected.withLock { handle in
      guard let handle else { throw Self.finished }
      var failure = cfaiss_failure()
      guard cfaiss_add(handle.pointer, Int64(rows.count / dimension), rows, 1, &failure) == CFAISS_OK else {
        throw RetrievalError(failure)
      }
    }
  }

  /// The index. The builder accepts nothing afterwards.
  ///
  /// - Parameters:
  ///   - threads: Threads that link a graph or train lists; one thread makes the same graph every time.
  ///   - scansInt8: Whether a flat index gets 8-bit codes beside its vectors.
  /// - Throws: ``RetrievalError`` with `outOfMemory`, `library` when FAISS cannot train, or `argument` when called twice.
  public func finish(threads: Int = 1, scansInt8: Bool = false) throws -> FaissIndex {
    try collected.withLock { slot in
      guard let handle = slot else { throw Self.finished }
      slot = nil
      var failure = cfaiss_failure()
      let status =
        switch kind.resolved(rows: Int(cfaiss_describe(handle.pointer).count)) {
        case .hnsw(let parameters):
          cfaiss_link(
            handle.pointer, Int32(clamping: parameters.links), Int32(clamping: parameters.constructionBeam),
            Int32(clamping: threads), &failure)
        case .ivfSQ8: cfaiss_code(handle.pointer, Int32(CFAISS_IVF_SQ8), Int32(clamping: threads), &failure)
        case .ivfPQ: cfaiss_code(handle.pointer, Int32(CFAISS_IVF_PQ), Int32(clamping: threads), &failure)
        case .flat, .automatic: Int32(CFAISS_OK)
        }
      guard status == CFAISS_OK else { throw RetrievalError(failure) }
      guard cfaiss_finish(handle.pointer, &failure) == CFAISS_OK,
        !scansInt8 || cfaiss_keep_codes(handle.pointer, &failure) == CFAISS_OK
      else { throw RetrievalError(failure) }
      return FaissIndex(owning: handle.release())
    }
  }

  private static let finished = RetrievalError(.argument, "This builder is finished: make another one.")
}

/// Owns an index that is being filled.
private final class Handle {
  private(set) var pointer: OpaquePointer
  private var isOwned = true

  init(dimension: Int) throws {
    var made: OpaquePointer?
    var failure = cfaiss_failure()
    guard cfaiss_create_flat(Int32(clamping: dimension), &made, &failure) == CFAISS_OK, let made else {
      throw RetrievalError(failure)
    }
    pointer = made
  }

  deinit { if isOwned { cfaiss_free(pointer) } }

  func release() -> OpaquePointer {
    isOwned = false
    return pointer
  }
}

extension HNSWParameters {
  fileprivate func check() throws {
    guard (2...512).contains(links) else {
      throw RetrievalError(
        .argument, "The number of links (M) of a graph index is out of range.", expected: "2...512", actual: "\(links)")
    }
    guard (1...100_000).contains(constructionBeam) else {
      throw RetrievalError(
        .argument, "The construction beam (efConstruction) of a graph index is out of range.",
        expected: "1...100000", actual: "\(constructionBeam)")
    }
  }
}
