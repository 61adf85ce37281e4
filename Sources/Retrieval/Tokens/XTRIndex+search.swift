import CKernels
public import Embedding

extension XTRIndex {
  /// The best `k` documents of the whole index by their tokens.
  ///
  /// For each token of the question, the tokens behind the nearest centroids are scored; a document's missing similarities
  /// are filled in with an estimate of what was not found: the product of the centroid at which ``XTRSearchOptions/missingRank``
  /// tokens lie behind the better ones. Documents are ordered by the sum (J. Lee et al., XTR, NeurIPS 2023; J. Scheerer
  /// et al., WARP, SIGIR 2025), then the first ones by their exact score.
  ///
  /// With a selection only its documents are ordered and scored. One so small that all of it would get exact scores is
  /// scored at once, without the lists; so is one of which the lists that are read hold fewer than `k` documents.
  ///
  /// - Parameters:
  ///   - k: How many documents, at most.
  ///   - options: How far to look.
  ///   - selection: The documents that count; nil takes all.
  /// - Throws: ``RetrievalError`` with `dimensionMismatch` or `vectorNotFinite`.
  public func search(
    _ question: TokenVectors, k: Int, options: XTRSearchOptions = XTRSearchOptions(), selection: RowSelection? = nil
  ) throws(RetrievalError) -> [ChannelHit] {
    let query = try TokenQuery(question, for: self)
    guard k > 0, query.count > 0, metadata.tokens > 0 else { return [] }
    let kept = max(k, options.rescored)
    if let selection, options.rescored > 0, selection.count <= kept { return exact(query, k, selection) }
    let estimates = best(kept, of: estimates(query, options), in: selection)
    if let selection, options.rescored > 0, estimates.count < k { return exact(query, k, selection) }
    let hits =
      options.rescored > 0 ? maxsim(query, documents: estimates.map { UInt32($0.row) }) : estimates
    return Array(hits.prefix(k))
  }

  /// Every document's estimated score; -infinity for those of which no token was found.
  private func estimates(_ query: TokenQuery, _ options: XTRSearchOptions) -> [Float] {
    let lists = metadata.centroids
    var products = [Float](repeating: 0, count: lists * query.count)
    var table = ck_token_rows(
      form: ck_token_f32, dim: metadata.dimension, rows: centroids, codes: nil, centroids: nil, levels: nil)
    ck_token_products(isa, query.packed, query.count, &table, 0, lists, &products)
    var best = [Float](repeating: 0, count: count)
    var gains = [Float](repeating: 0, count: count)
    var base = 0.0
    var store = store
    var scores: [Float] = []
    for token in 0..<query.count {
      let plan = ProbePlan(
        products: products, token: token, width: query.count, listStarts: listStarts, lists: lists, options: options)
      base += Double(plan.missing)
      query.values.withUnsafeBufferPointer { values in
        let vector = values.baseAddress.map { $0 + token * query.dimension }
        for list in plan.lists {
          let (first, last) = (Int(listStarts[list]), Int(listStarts[list + 1]))
          if scores.count < last - first { scores = [Float](repeating: 0, count: last - first) }
          ck_token_scores(
            isa, vector, products[list * query.count + token], &store, listTokens + first, last - first, &scores)
          ck_token_gather(listDocuments + first, scores, last - first, plan.missing, &best)
        }
      }
      for list in plan.lists {
        let first = Int(listStarts[list])
        ck_token_settle(listDocuments + first, Int(listStarts[list + 1]) - first, &best, &gains)
      }
    }
    return gains.map { $0 > 0 ? Float(base) + $0 : -.infinity }
  }

  /// The best `k` documents of a selection by their exact scores.
  private func exact(_ query: TokenQuery, _ k: Int, _ selection: RowSelection) -> [ChannelHit] {
    let documents = selection.rows.filter { $0 < Int64(count) }.map { UInt32($0) }
    return Array(maxsim(query, documents: documents).prefix(k))
  }

  /// The largest `limit` scores of the selected documents, in order.
  private func best(_ limit: Int, of scores: [Float], in selection: RowSelection?) -> [ChannelHit] {
    let found = LargestFirst(scores) { row, score in
      score > -.infinity && selection?.contains(Int64(row)) != false
    }
    return found.prefix(limit).map { ChannelHit(row: Int64($0), score: Double(scores[$0])) }
  }
}
