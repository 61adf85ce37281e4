/// A vector over a vocabulary of which few components are not 0.
public struct SparseVector: Sendable, Hashable {
  /// Numbers of the components that are not 0, ascending, each once.
  public let terms: [Int32]
  /// Their values, above 0.
  public let weights: [Float]

  /// A vector; the two lists are of the same length.
  public init(terms: [Int32], weights: [Float]) {
    self.terms = terms
    self.weights = weights
  }
}
