/// What an embedding server said when it was asked whether it is well.
public struct ServerStatus: Sendable, Hashable {
  /// Whether `/health` said so; nil for a server without that route.
  public let isHealthy: Bool?
  /// The models that it serves.
  public let models: [String]
  /// The limit in tokens of the model in use; nil when the server does not tell.
  public let maximumTokens: Int?
  /// Time for both questions.
  public let took: Duration
}
