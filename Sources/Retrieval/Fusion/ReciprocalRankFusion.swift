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
    let places = rankings.map { Self.places(in: $0.hits) }
    var rows: Set<Int64> = []
    for (ranking, places) in zip(rankings, places) where settings.weight(of: ranking.channel) > 0 {
      rows.formUnion(places.keys)
    }
    return rows.map { row in
      let contributions = zip(rankings, places).map { ranking, places in
        contribution(of: ranking, place: places[row])
      }
      return FusedHit(
        row: row, score: contributions.reduce(0) { $0 + $1.contribution }, contributions: contributions)
    }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.row < $1.row }
  }

  private func contribution(of ranking: ChannelRanking, place: Place?) -> ChannelContribution {
    let weight = settings.weight(of: ranking.channel)
    guard let place else {
      let state: ChannelContribution.State = ranking.state == .returned ? .absent : ranking.state
      return ChannelContribution(channel: ranking.channel, state: state, weight: weight, k: settings.k)
    }
    return ChannelContribution(
      channel: ranking.channel, state: .returned, rank: place.rank, rawScore: place.score, weight: weight,
      k: settings.k, contribution: weight / (settings.k + Double(place.rank)))
  }

  private struct Place {
    var rank: Int
    var score: Double
  }

  private static func places(in hits: [ChannelHit]) -> [Int64: Place] {
    var places: [Int64: Place] = [:]
    places.reserveCapacity(hits.count)
    for hit in hits.sorted(by: ChannelHit.precedes) where places[hit.row] == nil {
      places[hit.row] = Place(rank: places.count + 1, score: hit.score)
    }
    return places
  }
}
