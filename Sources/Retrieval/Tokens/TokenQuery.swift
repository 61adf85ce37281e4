import CKernels
import Embedding

/// A question's token vectors in the kernels' layout.
struct TokenQuery {
  let count: Int
  let dimension: Int
  let values: [Float]
  let packed: [Float]

  /// - Throws: ``RetrievalError`` with `dimensionMismatch` or `vectorNotFinite`.
  init(_ vectors: TokenVectors, for index: XTRIndex) throws(RetrievalError) {
    guard vectors.count == 0 || vectors.dimension == index.metadata.dimension else {
      throw RetrievalError(
        .dimensionMismatch,
        "The question's token vectors have another length than the index's: another model made them.",
        expected: "\(index.metadata.dimension)", actual: "\(vectors.dimension)")
    }
    guard vectors.values.allSatisfy(\.isFinite) else {
      throw RetrievalError(.vectorNotFinite, "A token vector of the question has a NaN or infinite value.")
    }
    count = vectors.count
    dimension = index.metadata.dimension
    values = vectors.values
    var packed = [Float](repeating: 0, count: ck_query_packed_count(index.isa, count, dimension))
    ck_query_pack(index.isa, vectors.values, count, dimension, &packed)
    self.packed = packed
  }
}
