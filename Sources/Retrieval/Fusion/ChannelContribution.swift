/// What one channel gave one hit. The contributions of a hit add up to its score.
public struct ChannelContribution: Sendable, Hashable {
  /// What the channel did for this hit.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// It returned the hit.
    case returned
    /// It answered, without this hit.
    case absent
    /// It was not asked in this search.
    case notAsked = "not_asked"
    /// It was asked and failed; `limits` says why.
    case failed
  }

  /// The channel's name.
  public var channel: String
  /// What the channel did for this hit.
  public var state: State
  /// The hit's place in the channel's list, from 1; nil unless returned.
  public var rank: Int?
  /// The channel's own score; nil unless returned.
  public var rawScore: Double?
  /// The raw score between the smallest (0) and the largest (1) of the channel's list; nil unless scores are fused and it
  /// returned the hit.
  public var normalizedScore: Double?
  /// The channel's weight in this search.
  public var weight: Double
  /// The constant of reciprocal rank fusion; nil when scores are fused.
  public var k: Double?
  /// The part of the hit's score that comes from this channel; 0 unless returned.
  public var contribution: Double
  /// What a late-interaction channel matched, when that was asked for.
  public var tokenMatches: [TokenMatch]?

  /// A contribution; see the properties.
  public init(
    channel: String, state: State, rank: Int? = nil, rawScore: Double? = nil,
    normalizedScore: Double? = nil, weight: Double, k: Double? = nil, contribution: Double = 0
  ) {
    self.channel = channel
    self.state = state
    self.rank = rank
    self.rawScore = rawScore
    self.normalizedScore = normalizedScore
    self.weight = weight
    self.k = k
    self.contribution = contribution
  }
}

extension ChannelContribution: Codable {
  private enum CodingKeys: String, CodingKey {
    case channel, state, rank
    case rawScore = "raw_score"
    case normalizedScore = "normalized_score"
    case weight, k, contribution
    case tokenMatches = "token_matches"
  }

  /// Writes every member; `rank`, `raw_score` and `k` are null when there is none, so that absent never reads as 0.
  /// `normalized_score` and `token_matches` are there only where there is one.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(channel, forKey: .channel)
    try container.encode(state, forKey: .state)
    try container.encode(rank, forKey: .rank)
    try container.encode(rawScore, forKey: .rawScore)
    try container.encodeIfPresent(normalizedScore, forKey: .normalizedScore)
    try container.encode(weight, forKey: .weight)
    try container.encode(k, forKey: .k)
    try container.encode(contribution, forKey: .contribution)
    try container.encodeIfPresent(tokenMatches, forKey: .tokenMatches)
  }
}
