import CFaiss

extension FaissIndex {
  /// The beam of graph searches when the caller names none.
  public static let defaultSearchBeam = 128
  /// The inverted lists that are read when the caller names no number: two fifths of all, at least 32.
  ///
  /// A fixed number would find less of a larger index: 32 of 79 lists find 0.99 of the neighbours, 32 of 316 find 0.88.
  public var usualProbes: Int { max(32, listCount * 2 / 5) }

  /// The `k` rows with the largest inner product, best first; equal scores by row. At most ``count`` come back.
  ///
  /// - Parameters:
  ///   - query: One L2-normalised vector of ``dimension`` values.
  ///   - k: How many; 0 or less gives none.
  ///   - beam: HNSW's `efSearch`: more finds more of the true neighbours and takes longer. Ignored by other kinds.
  ///   - probes: Inverted lists that are read, `nprobe`: as with `beam`, and ignored by kinds without lists. Nil reads
  ///     ``usualProbes``. Further ones are read until `k` rows are found.
  ///   - selection: The rows that may come back, nil for all. `k` of them do when there are `k`: a graph whose selected
  ///     rows are few is not walked, they are compared one by one.
  /// - Throws: ``RetrievalError`` with `dimensionMismatch`, `vectorNotFinite` or `outOfMemory`.
  public func search(
    _ query: [Float], k: Int, beam: Int = defaultSearchBeam, probes: Int? = nil,
    selection: RowSelection? = nil
  ) throws -> [ChannelHit] {
    try search(queries: query, k: k, beam: beam, probes: probes, selection: selection, threads: 1).first ?? []
  }

  /// Searches for several queries at once, laid out one after the other; one list of hits a query.
  ///
  /// - Parameter threads: Threads FAISS may use for this call. More than the machine has cores only costs.
  /// - Throws: As ``search(_:k:beam:probes:selection:)``.
  public func search(
    queries: [Float], k: Int, beam: Int = defaultSearchBeam, probes: Int? = nil,
    selection: RowSelection? = nil, threads: Int = 1
  ) throws -> [[ChannelHit]] {
    guard !queries.isEmpty, queries.count.isMultiple(of: dimension) else {
      throw RetrievalError(
        .dimensionMismatch, "The query has another dimension than the index: it was made by another model.",
        expected: String(dimension), actual: String(queries.count))
    }
    let rows = queries.count / dimension
    let found = min(k, count, selection?.count ?? count)
    guard found > 0 else {
      // An empty index or selection still owes the caller the verdict on a bad query.
      guard queries.allSatisfy(\.isFinite) else {
        throw RetrievalError(.vectorNotFinite, "The query vector has a NaN or infinite value.")
      }
      return Array(repeating: [], count: rows)
    }
    var scores = [Float](repeating: 0, count: rows * found)
    var ids = [Int64](repeating: -1, count: rows * found)
    var failure = cfaiss_failure()
    let status = withWords(of: selection) { words, wordCount in
      cfaiss_search(
        handle, Int64(rows), queries, Int64(found), Int32(clamping: beam), Int32(clamping: probes ?? usualProbes),
        Int32(clamping: threads), words, wordCount, &scores, &ids, &failure)
    }
    guard status == CFAISS_OK else { throw RetrievalError(failure) }
    return (0..<rows).map { row in
      var hits: [ChannelHit] = []
      hits.reserveCapacity(found)
      for place in row * found..<(row + 1) * found where ids[place] >= 0 {
        hits.append(ChannelHit(row: ids[place], score: Double(scores[place])))
      }
      return hits.sorted(by: ChannelHit.precedes)
    }
  }

  /// Lends the words of a selection that is not empty, or null for none.
  private func withWords<R>(
    of selection: RowSelection?, _ body: (UnsafePointer<UInt64>?, Int64) -> R
  ) -> R {
    guard let selection else { return body(nil, 0) }
    return selection.words.withUnsafeBufferPointer { body($0.baseAddress, Int64($0.count)) }
  }
}
