import CFaiss

extension FaissIndex {
  /// The answer of FAISS's own search on the same vectors and graph: the oracle of tests and benchmarks.
  func searchReference(_ query: [Float], k: Int, beam: Int = defaultSearchBeam, probes: Int? = nil) throws
    -> [ChannelHit]
  {
    let found = min(k, count)
    guard found > 0, query.count == dimension else { return [] }
    var scores = [Float](repeating: 0, count: found)
    var ids = [Int64](repeating: -1, count: found)
    var failure = cfaiss_failure()
    let status = cfaiss_search_reference(
      handle, 1, query, Int64(found), Int32(clamping: beam), Int32(clamping: probes ?? usualProbes), 1, &scores, &ids,
      &failure)
    guard status == CFAISS_OK else { throw RetrievalError(failure) }
    return zip(ids, scores).filter { $0.0 >= 0 }.map { ChannelHit(row: $0.0, score: Double($0.1)) }
      .sorted(by: ChannelHit.precedes)
  }
}
