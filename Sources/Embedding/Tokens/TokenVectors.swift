/// One vector a token of a text, in the text's order, each of Euclidean length 1.
public struct TokenVectors: Sendable, Hashable {
  /// Number of tokens; 0 for a text without any.
  public let count: Int
  /// Components of each vector.
  public let dimension: Int
  /// All components, row-major.
  public let values: [Float]

  /// Vectors over `values`, whose count must be a multiple of `dimension`; what exceeds whole rows is cut off.
  public init(dimension: Int, values: [Float]) {
    self.dimension = max(1, dimension)
    count = values.count / self.dimension
    self.values = count * self.dimension == values.count ? values : Array(values.prefix(count * self.dimension))
  }

  /// The vector of token number `row`, from 0; traps like an array when there is none.
  public func row(_ row: Int) -> ArraySlice<Float> { values[row * dimension..<(row + 1) * dimension] }
}
