/// Relative score fusion: a hit's score is the sum of `weight * normalised score` over the channels that returned it. Each
/// channel's scores are normalised by the smallest and largest of its own list, `(score - smallest) / (largest -
/// smallest)`, so its best hit has 1 and its worst 0 (Weaviate's `relativeScoreFusion`; Elasticsearch's linear retriever
/// with `minmax`).
///
/// - A list of one hit, or of hits with equal scores, gives each of them 1, as in Weaviate.
/// - A channel that did not return a hit adds nothing: as much as it adds to the worst hit of its list.
/// - Normalised is the whole list a channel returned, before the page is cut out, so pages continue each other.
/// - Order, repeated rows and ties are treated as in ``ReciprocalRankFusion``.
public struct RelativeScoreFusion: Sendable {
  /// The weights; the constant is not used.
  public let settings: FusionSettings

  /// A fusion with checked settings.
  public init(settings: FusionSettings) { self.settings = settings }

  /// Merges the channels' lists. Contributions come in the order of `rankings` and add up to the score exactly.
  ///
  /// Channels with weight 0 rank nothing themselves but are shown in the contributions of hits others brought.
  public func fuse(_ rankings: [ChannelRanking]) -> [FusedHit] {
    let lists = RankedLists(rankings)
    let spans = lists.places.map { places in ScoreSpan(places.values.lazy.map(\.score)) }
    return lists.fused(settings) { list, weight, place in
      let normalised = spans[list].share(of: place.score)
      return ChannelContribution(
        channel: rankings[list].channel, state: .returned, rank: place.rank, rawScore: place.score,
        normalizedScore: normalised, weight: weight, contribution: weight * normalised)
    }
  }
}

/// The smallest and the largest score of a list.
private struct ScoreSpan {
  private var smallest = Double.infinity
  private var largest = -Double.infinity

  init(_ scores: some Sequence<Double>) {
    // Halves, so that no difference of finite scores overflows.
    for score in scores {
      smallest = min(smallest, score / 2)
      largest = max(largest, score / 2)
    }
  }

  /// Where a score of the list lies between the two, from 0 to 1; 1 when they are equal.
  func share(of score: Double) -> Double {
    let width = largest - smallest
    return width > 0 ? (score / 2 - smallest) / width : 1
  }
}
