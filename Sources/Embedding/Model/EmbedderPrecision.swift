/// How exactly the in-process encoder multiplies matrices.
public enum EmbedderPrecision: String, Sendable, Hashable, CaseIterable {
  /// Single precision: the reference's vectors to about seven digits.
  case float32 = "f32"
  /// Eight-bit integers: weights by output channel, activations by row; faster, and a little off (docs/embedding.md).
  case int8

  /// What an embedder's ``Embedder/modelID`` ends with.
  public var modelSuffix: String {
    switch self {
    case .float32: ""
    case .int8: "+int8"
    }
  }
}
