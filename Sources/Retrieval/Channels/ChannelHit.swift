/// One row a channel found.
public struct ChannelHit: Sendable, Hashable {
  /// The chunk's row in its generation, from 0.
  public var row: Int64
  /// The channel's own score, larger is better. Scores of different channels cannot be compared.
  public var score: Double

  /// A hit.
  public init(row: Int64, score: Double) {
    self.row = row
    self.score = score
  }

  /// The order every list of hits is in: larger score first, smaller row first when scores are equal. Rows follow the
  /// order of the indexed tree, so equal scores come in the same order every time.
  public static func precedes(_ left: ChannelHit, _ right: ChannelHit) -> Bool {
    left.score != right.score ? left.score > right.score : left.row < right.row
  }
}
