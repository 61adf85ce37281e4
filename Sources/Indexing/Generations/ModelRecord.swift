/// The model an artifact was computed with, and the shape and metric of its vectors.
public struct ModelRecord: Sendable, Hashable, Codable {
  /// Name of the model together with a digest of its weights, so that another model never passes for this one.
  public let id: String
  /// Number of components of a vector.
  public let dim: Int
  /// Type of a component: "float32", "float16", "int8", …
  public let dtype: String
  /// How vectors are compared: "ip" (inner product), "l2", "maxsim", …
  public let metric: String

  /// Creates a record.
  public init(id: String, dim: Int, dtype: String, metric: String) {
    self.id = id
    self.dim = dim
    self.dtype = dtype
    self.metric = metric
  }
}
