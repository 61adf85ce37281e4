import CKernels
public import Embedding

extension XTRIndex {
  /// The exact late-interaction scores of some documents, best first: for each token of the question its best product with
  /// a token of the document, summed (MaxSim).
  ///
  /// Documents without tokens, or that do not exist, have no score and are left out.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch` or `vectorNotFinite`.
  public func rescore(_ question: TokenVectors, documents: [Int64]) throws(RetrievalError) -> [ChannelHit] {
    let query = try TokenQuery(question, for: self)
    guard query.count > 0 else { return [] }
    let known = Set(documents).filter { $0 >= 0 && $0 < Int64(count) }.sorted()
    return maxsim(query, documents: known.map { UInt32($0) })
  }

  func maxsim(_ query: TokenQuery, documents: [UInt32]) -> [ChannelHit] {
    var scratch = [Float](repeating: 0, count: query.count)
    var scores = [Float](repeating: 0, count: documents.count)
    var store = store
    ck_maxsim_documents(
      isa, query.packed, query.count, &store, starts, documents, documents.count, &scratch, &scores)
    return zip(documents, scores).filter { $1.isFinite }.map { ChannelHit(row: Int64($0), score: Double($1)) }
      .sorted(by: ChannelHit.precedes)
  }
}
