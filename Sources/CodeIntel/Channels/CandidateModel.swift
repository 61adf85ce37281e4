import Embedding

/// A model that is to serve in place of the one in a cell, before it is published.
enum CandidateModel: Sendable {
  /// For the cell of that name, of the primary or of the second dense space.
  case embedder(any Embedder, cell: String)
  /// For the learned sparse channel.
  case sparse(any SparseEncoder)
}
