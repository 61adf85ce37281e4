/// Vectors of one width, row by row in one block of memory.
public struct EmbeddingMatrix: Sendable, Hashable {
  /// Number of vectors.
  public let rows: Int
  /// Components of each vector.
  public let dimension: Int
  /// All components, row-major: `rows * dimension` of them.
  public let values: [Float]

  /// A matrix over `values`, whose count must be a multiple of `dimension`; what exceeds whole rows is cut off.
  public init(dimension: Int, values: [Float]) {
    self.dimension = max(1, dimension)
    rows = values.count / self.dimension
    self.values = rows * self.dimension == values.count ? values : Array(values.prefix(rows * self.dimension))
  }

  /// The vector of text number `row`, counted from 0; traps like an array when there is none.
  public func row(_ row: Int) -> ArraySlice<Float> {
    values[row * dimension..<(row + 1) * dimension]
  }
}
