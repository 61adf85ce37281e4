/// Why a model could not be loaded or a text not embedded. Two errors are equal when their codes are.
public struct EmbeddingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure this is; open, so that a later version can add codes.
  public let code: Code
  /// What happened, why, and what to do.
  public let message: String
  /// The file or folder concerned.
  public let path: String?
  /// The tensor concerned, by its name in the file.
  public let tensor: String?
  /// What was needed, for example `[1536, 384]`.
  public let expected: String?
  /// What was found instead.
  public let actual: String?
  /// When a further attempt makes sense, counted from now; nil when nothing is known.
  public let retryAfter: Duration?
  /// The HTTP status that an embedding server answered with.
  public let serverStatus: Int?
  /// The error beneath this one.
  public let underlying: (any Error)?

  /// An error with the given facts.
  public init(
    _ code: Code, _ message: String, path: String? = nil, tensor: String? = nil, expected: String? = nil,
    actual: String? = nil, retryAfter: Duration? = nil, serverStatus: Int? = nil, underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.tensor = tensor
    self.expected = expected
    self.actual = actual
    self.retryAfter = retryAfter
    self.serverStatus = serverStatus
    self.underlying = underlying
  }

  /// The message with its code and facts, on one line.
  public var description: String {
    var text = "\(code.rawValue): \(message)"
    if let tensor { text += " (tensor \(tensor))" }
    if let expected { text += " (expected \(expected), found \(actual ?? "nothing"))" }
    if let path { text += " [\(path)]" }
    if let serverStatus { text += " (HTTP \(serverStatus))" }
    if let retryAfter { text += " (again after \(retryAfter))" }
    if let underlying { text += "; \(underlying)" }
    return text
  }

  /// Compares codes only.
  public static func == (left: EmbeddingError, right: EmbeddingError) -> Bool { left.code == right.code }

  /// Hashes the code only.
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
