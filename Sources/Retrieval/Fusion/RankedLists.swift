/// What every fusion has in common: lists put in order, one place a row, the contributions of every channel, hits by their
/// sums.
struct RankedLists {
  /// A row's place in one channel's list.
  struct Place {
    /// From 1.
    var rank: Int
    /// The channel's own score.
    var score: Double
  }

  private let rankings: [ChannelRanking]
  /// The rows of each list; a row that occurs twice has its best place.
  let places: [[Int64: Place]]

  init(_ rankings: [ChannelRanking]) {
    self.rankings = rankings
    places = rankings.map { ranking in
      var places: [Int64: Place] = [:]
      places.reserveCapacity(ranking.hits.count)
      for hit in ranking.hits.sorted(by: ChannelHit.precedes) where places[hit.row] == nil {
        places[hit.row] = Place(rank: places.count + 1, score: hit.score)
      }
      return places
    }
  }

  /// Every row that a channel of positive weight returned, best first; equal sums by row.
  ///
  /// - Parameters:
  ///   - settings: The weights.
  ///   - contribution: What a channel gives a row it returned: the channel's number, its weight and the row's place.
  func fused(
    _ settings: FusionSettings,
    _ contribution: (_ list: Int, _ weight: Double, _ place: Place) -> ChannelContribution
  ) -> [FusedHit] {
    let weights = rankings.map { settings.weight(of: $0.channel) }
    var rows: Set<Int64> = []
    for (places, weight) in zip(places, weights) where weight > 0 { rows.formUnion(places.keys) }
    return rows.map { row in
      let contributions = rankings.indices.map { list in
        guard let place = places[list][row] else {
          let ranking = rankings[list]
          return ChannelContribution(
            channel: ranking.channel, state: ranking.state == .returned ? .absent : ranking.state,
            weight: weights[list], k: settings.method == .reciprocalRank ? settings.k : nil)
        }
        return contribution(list, weights[list], place)
      }
      return FusedHit(
        row: row, score: contributions.reduce(0) { $0 + $1.contribution }, contributions: contributions)
    }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.row < $1.row }
  }
}
