/// How the channels' lists become one.
public enum FusionMethod: String, Sendable, Hashable, Codable, CaseIterable {
  /// Weighted reciprocal ranks, see ``ReciprocalRankFusion``. Scores are not looked at, so their scale cannot mislead.
  case reciprocalRank = "rrf"
  /// Weighted sums of normalised scores, see ``RelativeScoreFusion``. How far a hit is ahead of the next one counts.
  case relativeScore = "relative"
}
