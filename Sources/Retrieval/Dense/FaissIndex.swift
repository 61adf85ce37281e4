import CFaiss

/// A dense index over L2-normalised vectors: inner product, 32-bit floats or codes, ids = rows in the order of
/// insertion.
///
/// Immutable once built (``FaissIndexBuilder``) or opened, so any number of threads may search it at once. The calls
/// compute or read files on the calling thread: run them on threads of their own (`DedicatedThreads`), never on the
/// cooperative pool.
public final class FaissIndex: Sendable {
  /// The FAISS object. Safe to share: after `init` only functions that take it as `const` are called.
  nonisolated(unsafe) let handle: OpaquePointer
  /// The number of values in a vector.
  public let dimension: Int
  /// The number of rows.
  public let count: Int
  /// `flat`, `hnsw` with the parameters it was built with, `ivfSQ8` or `ivfPQ`.
  public let kind: FaissIndexKind
  /// Bytes of vectors or codes, graph and tables in memory. Pages of a mapped file do not count: the system takes them back
  /// when it needs them.
  public let memoryBytes: Int
  /// Inverted lists; 0 for other kinds.
  public let listCount: Int
  /// Whether it is flat and keeps 8-bit codes of its vectors, which a search of one query and all rows scans first.
  public let scansInt8: Bool
  /// Whether the codes are read from the file whenever they are needed.
  public let isMapped: Bool
  /// XXH64 of the file it was opened from, without our trailer; 0 for an index that was built.
  let checksum: UInt64

  /// Takes ownership of a handle to which nothing will be added any more.
  init(owning handle: OpaquePointer) {
    let description = cfaiss_describe(handle)
    self.handle = handle
    dimension = Int(description.dimension)
    count = Int(description.count)
    memoryBytes = Int(description.bytes)
    checksum = description.checksum
    listCount = Int(description.lists)
    isMapped = description.mapped != 0
    scansInt8 = description.coded != 0
    kind =
      switch Int(description.kind) {
      case CFAISS_HNSW:
        .hnsw(HNSWParameters(links: Int(description.links), constructionBeam: Int(description.ef_construction)))
      case CFAISS_IVF_SQ8: .ivfSQ8
      case CFAISS_IVF_PQ: .ivfPQ
      default: .flat
      }
  }

  deinit { cfaiss_free(handle) }

  /// Opens a file that ``save(to:)`` wrote.
  ///
  /// Sizes, checksum and every link of the graph are checked before anything is allocated from them, so a truncated,
  /// foreign or forged file gives an error and never an absurd allocation.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - expectedDimension: The dimension the caller's model has; nil accepts any.
  ///   - isMapped: Whether the codes of a lossy kind stay in the file, which must not be changed in place then.
  ///     Other kinds are read into memory all the same: see ``isMapped``.
  ///   - scansInt8: Whether a flat index gets 8-bit codes beside its vectors: see ``scansInt8``. Other kinds get none.
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexCorrupt`,
  ///   `indexVersion`, `dimensionMismatch`, `io` or `outOfMemory`.
  public static func open(
    path: String, expectedDimension: Int? = nil, isMapped: Bool = false, scansInt8: Bool = false
  ) throws -> FaissIndex {
    var handle: OpaquePointer?
    var failure = cfaiss_failure()
    let dimension = Int32(clamping: expectedDimension ?? 0)
    guard cfaiss_open(path, dimension, isMapped ? 1 : 0, &handle, &failure) == CFAISS_OK, let handle
    else { throw RetrievalError(failure, path: path) }
    guard !scansInt8 || cfaiss_keep_codes(handle, &failure) == CFAISS_OK else {
      cfaiss_free(handle)
      throw RetrievalError(failure, path: path)
    }
    return FaissIndex(owning: handle)
  }

  /// Writes the index to `path` (a temporary name first, synced, then renamed): afterwards the file is whole or absent.
  ///
  /// The content is FAISS's own format with a trailer of 64 bytes, which other FAISS programs skip.
  ///
  /// - Returns: XXH64 of the file without the trailer, which identifies it among others.
  /// - Throws: ``RetrievalError`` with `io`, or `argument` for a mapped index, which is a file already.
  @discardableResult
  public func save(to path: String) throws -> UInt64 {
    var failure = cfaiss_failure()
    var checksum: UInt64 = 0
    guard cfaiss_save(handle, path, &checksum, &failure) == CFAISS_OK else {
      throw RetrievalError(failure, path: path)
    }
    return checksum
  }

  /// Copies the vectors of `rows` out of the index, one after the other; of a lossy kind, what it has of them.
  ///
  /// - Throws: ``RetrievalError`` with `argument` when a row does not exist.
  public func vectors(rows: Range<Int>) throws -> [Float] {
    guard rows.lowerBound >= 0, rows.upperBound <= count else {
      throw RetrievalError(
        .argument, "The rows \(rows) are not all in the index.", expected: "0..<\(count)", actual: "\(rows)")
    }
    var failure = cfaiss_failure()
    var status = Int32(CFAISS_OK)
    let values = [Float](unsafeUninitializedCapacity: rows.count * dimension) { buffer, used in
      guard let out = buffer.baseAddress, !rows.isEmpty else { return }
      status = cfaiss_reconstruct(handle, Int64(rows.lowerBound), Int64(rows.count), out, &failure)
      used = status == CFAISS_OK ? rows.count * dimension : 0
    }
    guard status == CFAISS_OK else { throw RetrievalError(failure) }
    return values
  }
}
