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
  /// How exactly this process computes them; a server has its own way.
  public var precision: EmbedderPrecision
  /// How texts of several callers are gathered, and what is remembered.
  public var queue: EmbeddingServiceLimits

  /// Settings with a queue that suits the transport, unless one is given.
  ///
  /// In this process a text that finds the engine idle starts at once. On the way to a server a millisecond is spent to
  /// gather, because each request costs more than that.
  public init(
    transport: Transport = .inProcess, precision: EmbedderPrecision = .float32, queue: EmbeddingServiceLimits? = nil
  ) {
    self.transport = transport
    self.precision = precision
    var suited = EmbeddingServiceLimits()
    switch transport {
    case .inProcess: suited.maxDelay = .zero
    case .http(let server):
      suited.maxBatch = server.maxTexts
      suited.maxInFlight = server.maxConcurrency
    }
    self.queue = queue ?? suited
  }

  /// The names of transports in settings.
  public enum TransportName: String, Sendable, CaseIterable {
    /// ``Transport/inProcess``
    case inProcess = "inprocess"
    /// ``Transport/http(_:)``
    case http
  }

  /// The transport that is named; without a name the server at `url`, or this process when that is nil.
  ///
  /// With `inprocess` what is said of a server is set aside, so that one word in the settings switches back and forth.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting`, also when, without a name, one of the others is given without
  ///   the address: the user then believes in a server that is not used.
  public init(
    transport: TransportName? = nil, url: String?, model: String?, apiKeyFile: String?, trustRootsFile: String?,
    precision: EmbedderPrecision? = nil
  ) throws(EmbeddingError) {
    guard transport != .inProcess else {
      self.init(precision: precision ?? .float32)
      return
    }
    guard let url else {
      guard transport != .http else {
        throw EmbeddingError(
          .invalidSetting, "the transport is http, but no embedding server is named: set its address too")
      }
      guard model == nil, apiKeyFile == nil, trustRootsFile == nil else {
        throw EmbeddingError(
          .invalidSetting,
          "a model, a key or certificates of an embedding server are set, but not its address, so no server is used: "
            + "set both or neither")
      }
      self.init(precision: precision ?? .float32)
      return
    }
    var server = VLLMConfiguration(url: url, model: model, apiKeyFile: apiKeyFile)
    server.trustRootsFile = trustRootsFile
    try server.validate()
    self.init(transport: .http(server))
  }

  /// The transport called `name`; nil when that is nil.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting` for another name.
  static func transport(named name: String?) throws(EmbeddingError) -> TransportName? {
    guard let name else { return nil }
    guard let transport = TransportName(rawValue: name) else {
      throw EmbeddingError(
        .invalidSetting, "the transport is inprocess or http", expected: "inprocess or http", actual: name)
    }
    return transport
  }

  /// The precision called `name`; nil when that is nil.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting` for another name, and for int8 beside the `url` of a server,
  ///   which computes in its own way.
  static func precision(named name: String?, url: String?) throws(EmbeddingError) -> EmbedderPrecision? {
    guard let name else { return nil }
    guard let precision = EmbedderPrecision(rawValue: name) else {
      throw EmbeddingError(
        .invalidSetting, "the precision is f32 or int8", expected: "f32 or int8", actual: name)
    }
    guard precision == .float32 || url == nil else {
      throw EmbeddingError(
        .invalidSetting,
        "the precision int8 is that of this process, but an embedding server is set, which computes in its own way: "
          + "set one of them")
    }
    return precision
  }
}
