public import RuntimeCells

/// Which embedding server to use, and how patiently.
public struct VLLMConfiguration: Sendable, Hashable {
  /// How vectors travel.
  public enum Encoding: String, Sendable, Hashable, CaseIterable {
    /// JSON numbers.
    case float
    /// Little-endian 32-bit floats in base64: a third of the size, exact, and quicker to read.
    case base64
  }

  /// The server's address, for example `http://127.0.0.1:8000`; a path `/v1` at its end may be given or left out.
  public var url: String
  /// The model to ask for; nil takes the only one that the server has.
  public var model: String?
  /// A file whose content is the API key. Read when the client connects, and again when the server refuses the key.
  public var apiKeyFile: String?
  /// PEM file with the certificates that are trusted; nil trusts what the system trusts.
  public var trustRootsFile: String?
  /// Lets a key travel without TLS to another machine. Off: such a configuration is refused.
  public var allowsKeyWithoutTLS = false
  /// Components that each vector must have; nil takes what the server gives to the first text.
  public var dimension: Int?
  /// How vectors travel.
  public var encoding = Encoding.base64
  /// Whether the server is asked to cut texts that are too long, as the embedder in this process does.
  ///
  /// Sent as vLLM's `truncate_prompt_tokens`; turn it off for a server that refuses members it does not know.
  public var truncates = true

  /// Texts in a request, at least 1.
  public var maxTexts = 64
  /// Bytes of text in a request; one text that is longer goes alone.
  public var maxTextBytes = 1 << 20
  /// Bytes of an answer that are read.
  public var maxAnswerBytes = 64 << 20
  /// Requests on their way at the same time, at least 1.
  public var maxConcurrency = 4
  /// Requests that may wait for that.
  public var maxQueue = 1024

  /// Time for one attempt, from sending to the last byte.
  public var attemptTimeout = Duration.seconds(30)
  /// Time for one request with all its attempts and the pauses between them.
  public var deadline = Duration.seconds(120)
  /// Time to connect, TLS included.
  public var connectTimeout = Duration.seconds(5)
  /// Attempts for each request, at least 1.
  public var maxAttempts = 5
  /// Pauses between them; a longer `Retry-After` counts instead.
  public var backoff = Backoff(initial: .milliseconds(250), factor: 2, cap: .seconds(10), jitter: 0.5)
  /// Failures in a row that open the circuit, at least 1.
  public var circuitFailures = 8
  /// How long it stays open before one request may try.
  public var circuitPause = Duration.seconds(10)

  /// A configuration with the defaults above.
  public init(url: String, model: String? = nil, apiKeyFile: String? = nil) {
    self.url = url
    self.model = model
    self.apiKeyFile = apiKeyFile
  }
}
