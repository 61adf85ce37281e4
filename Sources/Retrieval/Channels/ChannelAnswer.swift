/// What a channel found, and what it could not do.
public struct ChannelAnswer: Sendable, Hashable {
  /// The rows found, best first.
  public var hits: [ChannelHit]
  /// Sentences about what was cut off or left out, for the response's `limits`.
  public var limits: [String]
  /// Parts of the search that were timed by themselves, e.g. embedding the query.
  public var stages: [StageTiming]

  /// An answer.
  public init(hits: [ChannelHit], limits: [String] = [], stages: [StageTiming] = []) {
    self.hits = hits
    self.limits = limits
    self.stages = stages
  }
}
