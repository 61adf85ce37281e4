extension DenseIndex {
  /// The `k` chunks with the largest inner product, best first; equal scores by row. At most ``count`` come back.
  ///
  /// - Parameters:
  ///   - query: One L2-normalised vector of ``dimension`` values.
  ///   - k: How many; 0 or less gives none.
  ///   - beam: HNSW's `efSearch`, see ``FaissIndex/search(_:k:beam:probes:selection:)``.
  ///   - probes: Inverted lists that are read, see there.
  ///   - selection: The chunk rows that may come back, nil for all.
  /// - Throws: ``RetrievalError`` with `dimensionMismatch`, `vectorNotFinite` or `outOfMemory`.
  public func search(
    _ query: [Float], k: Int, beam: Int = FaissIndex.defaultSearchBeam, probes: Int? = nil,
    selection: RowSelection? = nil
  ) throws -> [ChannelHit] {
    guard let overlay else {
      return try primary.search(query, k: k, beam: beam, probes: probes, selection: selection)
    }
    let parts = overlay.parts(of: selection)
    let old = try Self.best(
      k, rows: overlay.map.primary, isOrdered: overlay.isOrdered
    ) { try primary.search(query, k: $0, beam: beam, probes: probes, selection: parts.primary) }
    // Fresh vectors are stored in the order of their chunks.
    let new = try Self.best(k, rows: overlay.map.fresh, isOrdered: true) {
      try overlay.fresh.search(query, k: $0, selection: parts.fresh)
    }
    return Array((old + new).sorted(by: ChannelHit.precedes).prefix(max(0, k)))
  }

  /// The best of one part, under its chunk rows.
  ///
  /// A part cuts off what has the score of its last hit by its own rows. Where these are in another order than the chunks',
  /// it is asked for more until the score is lower: equal vectors, such as those of equal texts, are common.
  private static func best(
    _ k: Int, rows: [Int32], isOrdered: Bool, search: (_ k: Int) throws -> [ChannelHit]
  ) throws -> [ChannelHit] {
    // One more hit tells whether the last one is tied.
    var wanted = isOrdered ? k : min(k, rows.count) + 1
    var hits = try search(wanted)
    while !isOrdered, k > 0, hits.count == wanted, let last = hits.last, last.score == hits[k - 1].score {
      wanted *= 2
      hits = try search(wanted)
    }
    return hits.map { ChannelHit(row: Int64(rows[Int($0.row)]), score: $0.score) }
  }
}
