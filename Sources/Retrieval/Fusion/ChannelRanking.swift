/// One channel's part in a fusion.
public struct ChannelRanking: Sendable, Hashable {
  /// The channel's name.
  public var channel: String
  /// `returned` for a channel that answered (even with nothing), else `notAsked` or `failed`.
  public var state: ChannelContribution.State
  /// What it found; empty unless it answered.
  public var hits: [ChannelHit]

  /// A channel that answered.
  public init(channel: String, hits: [ChannelHit]) {
    self.channel = channel
    state = .returned
    self.hits = hits
  }

  /// A channel without an answer.
  public init(channel: String, without state: ChannelContribution.State) {
    self.channel = channel
    self.state = state
    hits = []
  }
}
