/// Weighted reciprocal rank fusion: a hit's score is the sum of `weight / (k + rank)` over the channels that returned
/// it, ranks from 1 (Cormack, Clarke and Büttcher, SIGIR 2009; weights as in the original engine and Elasticsearch).
///
/// A channel that did not return a hit adds nothing; it is not given a made-up rank. A list is put in order by score,
/// then row, before it is ranked, and a row that occurs twice counts once, at its best place. Fused hits are ordered by
/// score, then row.
public struct ReciprocalRankFusion: Sendable {
  /// Constant and weights.
  public let settings: FusionSettings

  /// A fusion with checked settings.
  public init(settings: FusionSettings) { self.settings = settings }

  /// Merges the channels' lists. Contributions come in the order of `rankings` and add up to the score exactly.
  ///
  /// Channels with weight 0 rank nothing themselves but are shown in the contributions of hits others brought.
  public func fuse(_ rankings: [ChannelRanking]) -> [FusedHit] {
    let k = settings.k
    return RankedLists(rankings).fused(settings) { list, weight, place in
      ChannelContribution(
        channel: rankings[list].channel, state: .returned, rank: place.rank, rawScore: place.score, weight: weight,
        k: k,
        contribution: weight / (k + Double(place.rank)))
    }
  }
}
