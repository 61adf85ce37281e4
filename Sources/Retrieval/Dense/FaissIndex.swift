import CFaiss

/// A dense index over L2-normalised vectors: inner product, 32-bit floats, ids = rows in the order of insertion.
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
  /// `flat` or `hnsw`, with the parameters it was built with.
  public let kind: FaissIndexKind
  /// Bytes of vectors and graph in memory.
  public let memoryBytes: Int
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
    kind =
      Int(description.kind) == CFAISS_HNSW
      ? .hnsw(HNSWParameters(links: Int(description.links), constructionBeam: Int(description.ef_construction)))
      : .flat
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
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexCorrupt`,
  ///   `indexVersion`, `dimensionMismatch`, `io` or `outOfMemory`.
  public static func open(path: String, expectedDimension: Int? = nil) throws -> FaissIndex {
    var handle: OpaquePointer?
    var failure = cfaiss_failure()
    guard cfaiss_open(path, Int32(clamping: expectedDimension ?? 0), &handle, &failure) == CFAISS_OK, let handle
    else { throw RetrievalError(failure, path: path) }
    return FaissIndex(owning: handle)
  }

  /// Writes the index to `path` (a temporary name first, synced, then renamed): afterwards the file is whole or absent.
  ///
  /// The content is FAISS's own format with a trailer of 64 bytes, which other FAISS programs skip.
  ///
  /// - Returns: XXH64 of the file without the trailer, which identifies it among others.
  /// - Throws: ``RetrievalError`` with `io`.
  @discardableResult
  public func save(to path: String) throws -> UInt64 {
    var failure = cfaiss_failure()
    var checksum: UInt64 = 0
    guard cfaiss_save(handle, path, &checksum, &failure) == CFAISS_OK else {
      throw RetrievalError(failure, path: path)
    }
    return checksum
  }

  /// Copies the vectors of `rows` out of the index, one after the other.
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

  /// Bytes an index of this size would take in memory, before it is built.
  public static func estimatedBytes(count: Int, dimension: Int, kind: FaissIndexKind) -> Int {
    let vectors = count * dimension * 4
    guard case .hnsw(let parameters) = kind.resolved(rows: count) else { return vectors }
    // 2M links at the bottom, M/(M-1) more levels of M on average, an offset and a level a row.
    let links = Double(2 * parameters.links) + Double(parameters.links) / Double(max(1, parameters.links - 1))
    return vectors + Int(Double(count) * (links * 4 + 12))
  }
}
