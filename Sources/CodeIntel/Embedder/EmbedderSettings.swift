public import Embedding
public import VLLMTransport

/// Where texts are embedded and how they are gathered on the way there.
public struct EmbedderSettings: Sendable, Hashable {
  /// Who computes the vectors. Both give the same ones; only speed and place differ.
  public enum Transport: Sendable, Hashable {
    /// The engine in this process, from the model folder.
    case inProcess
    /// An OpenAI-compatible server.
    case http(VLLMConfiguration)
  }

  /// Who computes the vectors.
  public var transport: Transport
  /// How texts of several callers are gathered, and what is remembered.
  public var queue: EmbeddingServiceLimits

  /// Settings with a queue that suits the transport, unless one is given.
  ///
  /// In this process a text that finds the engine idle starts at once. On the way to a server a millisecond is spent to
  /// gather, because each request costs more than that.
  public init(transport: Transport = .inProcess, queue: EmbeddingServiceLimits? = nil) {
    self.transport = transport
    var suited = EmbeddingServiceLimits()
    switch transport {
    case .inProcess: suited.maxDelay = .zero
    case .http(let server):
      suited.maxBatch = server.maxTexts
      suited.maxInFlight = server.maxConcurrency
    }
    self.queue = queue ?? suited
  }

  /// Reads `CODEINTEL_EMBEDDER_URL`, which chooses the server, and beside it `CODEINTEL_EMBEDDER_MODEL`,
  /// `CODEINTEL_EMBEDDER_API_KEY_FILE` and `CODEINTEL_EMBEDDER_CA_FILE`. Empty means unset.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting`, also when one of the others is set without the address: the
  ///   user then believes in a server that is not used.
  public init(environment: [String: String]) throws(EmbeddingError) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let others = [
      "CODEINTEL_EMBEDDER_MODEL", "CODEINTEL_EMBEDDER_API_KEY_FILE", "CODEINTEL_EMBEDDER_CA_FILE",
    ]
    guard let url = variable("CODEINTEL_EMBEDDER_URL") else {
      if let lost = others.first(where: { variable($0) != nil }) {
        throw EmbeddingError(
          .invalidSetting,
          "\(lost) is set, but CODEINTEL_EMBEDDER_URL is not, so no server is used: set both or neither")
      }
      self.init()
      return
    }
    var server = VLLMConfiguration(
      url: url, model: variable(others[0]), apiKeyFile: variable(others[1]))
    server.trustRootsFile = variable(others[2])
    try server.validate()
    self.init(transport: .http(server))
  }
}
