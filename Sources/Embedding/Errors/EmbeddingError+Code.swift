extension EmbeddingError {
  /// A stable name for a kind of failure.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The stable string, for logs and problem types.
    public let rawValue: String

    /// A code with that string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A file of the model folder is not there.
    public static let missingFile = Code(rawValue: "embedding.missing-file")
    /// A file is there and cannot be read.
    public static let unreadableFile = Code(rawValue: "embedding.unreadable-file")
    /// The weights file breaks the safetensors format.
    public static let malformedSafetensors = Code(rawValue: "embedding.malformed-safetensors")
    /// The weights file lacks a tensor that the architecture needs.
    public static let missingTensor = Code(rawValue: "embedding.missing-tensor")
    /// A tensor has another shape than the configuration says.
    public static let shapeMismatch = Code(rawValue: "embedding.model-shape")
    /// A tensor's element type is not one this engine reads.
    public static let unsupportedElementType = Code(rawValue: "embedding.unsupported-element-type")
    /// The configuration names an architecture, activation or pooling that this engine does not have.
    public static let unsupportedArchitecture = Code(rawValue: "embedding.unsupported-architecture")
    /// A configuration file is not valid.
    public static let badConfiguration = Code(rawValue: "embedding.bad-configuration")
    /// The vocabulary file is not valid or does not fit the weights.
    public static let badVocabulary = Code(rawValue: "embedding.bad-vocabulary")
    /// The model gave a vector that has no direction: the weights are damaged.
    public static let degenerateVector = Code(rawValue: "embedding.degenerate-vector")
    /// The embedder was closed.
    public static let closed = Code(rawValue: "embedding.closed")
  }
}
