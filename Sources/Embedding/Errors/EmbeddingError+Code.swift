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
    /// As many calls wait for the embedder as it takes.
    public static let overloaded = Code(rawValue: "embedding.overloaded")
    /// A setting of the queue or of the server's client is out of range or contradicts another.
    public static let invalidSetting = Code(rawValue: "embedding.invalid-setting")
    /// The embedder gave another number of vectors, or vectors of another length, than it promises.
    public static let brokenPromise = Code(rawValue: "embedding.broken-promise")
  }
}

// MARK: - An embedding server

extension EmbeddingError.Code {
  /// No connection could be made, or it broke before the answer was whole.
  public static let serverUnreachable = Self(rawValue: "embedding.server-unreachable")
  /// The encrypted connection could not be made: certificate, host name or protocol.
  public static let tlsFailed = Self(rawValue: "embedding.tls-failed")
  /// The server did not answer by the deadline.
  public static let serverTimeout = Self(rawValue: "embedding.server-timeout")
  /// The server asked to come back later (429).
  public static let serverOverloaded = Self(rawValue: "embedding.server-overloaded")
  /// The server failed (5xx).
  public static let serverFailed = Self(rawValue: "embedding.server-failed")
  /// So many calls failed that none is made for a while.
  public static let circuitOpen = Self(rawValue: "embedding.circuit-open")
  /// The server refused the API key, or wants one (401, 403).
  public static let unauthorized = Self(rawValue: "embedding.server-unauthorized")
  /// The file with the API key cannot be read or holds no usable key.
  public static let keyUnusable = Self(rawValue: "embedding.key-unusable")
  /// The server does not serve the model that was asked for.
  public static let modelNotServed = Self(rawValue: "embedding.model-not-served")
  /// The server's vectors have another length than was expected.
  public static let dimensionMismatch = Self(rawValue: "embedding.dimension-mismatch")
  /// The server found the texts unusable (400, 413, 422).
  public static let inputRejected = Self(rawValue: "embedding.input-rejected")
  /// The server's answer is not what its interface promises.
  public static let malformedResponse = Self(rawValue: "embedding.malformed-response")
}

extension EmbeddingError.Code {
  /// Whether one text of a batch can be the cause, so that the others are worth trying without it.
  var mayBeOneText: Bool {
    [.degenerateVector, .inputRejected, .malformedResponse].contains(self)
  }
}
