import CKernels
public import Embedding

extension XTRIndex {
  /// For each token of the question the document's best token, whose similarities add up to the document's score. Equal
  /// similarities go to the earlier token. Empty for a document without tokens.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch` or `vectorNotFinite`.
  public func matches(_ question: TokenVectors, document: Int64) throws(RetrievalError) -> [TokenMatch] {
    let query = try TokenQuery(question, for: self)
    let tokens = tokenCount(of: document)
    guard tokens > 0, query.count > 0 else { return [] }
    var products = [Float](repeating: 0, count: tokens * query.count)
    var store = store
    ck_token_products(isa, query.packed, query.count, &store, Int(starts[Int(document)]), tokens, &products)
    return (0..<query.count).map { token in
      var best = 0
      for row in 1..<max(1, tokens) where products[row * query.count + token] > products[best * query.count + token] {
        best = row
      }
      return TokenMatch(
        queryIndex: token, documentIndex: best, similarity: Double(products[best * query.count + token]))
    }
  }
}

extension XTRIndex {
  /// A document's own token vectors, as the index holds them.
  ///
  /// - Throws: Nothing for a sound index; see ``matches(_:document:)``.
  public func vectors(of document: Int64) throws(RetrievalError) -> TokenVectors {
    // The products with the axes are the components.
    let dimension = metadata.dimension
    var axes = [Float](repeating: 0, count: dimension * dimension)
    for axis in 0..<dimension { axes[axis * dimension + axis] = 1 }
    let query = try TokenQuery(TokenVectors(dimension: dimension, values: axes), for: self)
    let tokens = tokenCount(of: document)
    guard tokens > 0 else { return TokenVectors(dimension: dimension, values: []) }
    var values = [Float](repeating: 0, count: tokens * dimension)
    var store = store
    ck_token_products(isa, query.packed, dimension, &store, Int(starts[Int(document)]), tokens, &values)
    return TokenVectors(dimension: dimension, values: values)
  }
}
