/// A row with its fused score and where the score comes from.
public struct FusedHit: Sendable, Hashable {
  /// The chunk's row in its generation.
  public var row: Int64
  /// The sum of ``contributions``.
  public var score: Double
  /// One entry for each channel of the search, in the search's order of channels.
  public var contributions: [ChannelContribution]

  /// A fused hit.
  public init(row: Int64, score: Double, contributions: [ChannelContribution]) {
    self.row = row
    self.score = score
    self.contributions = contributions
  }
}
