/// How long one stage of a build took.
public struct StageDuration: Sendable, Hashable, Codable {
  /// Name of the stage: "walk", "compare", "chunk", "store", "publish", or a channel.
  public let name: String
  /// Elapsed time in seconds.
  public let seconds: Double

  /// Creates a duration.
  public init(name: String, seconds: Double) {
    self.name = name
    self.seconds = seconds
  }
}
