extension ChannelRuns {
  /// What every channel found, in the run format of trec_eval: question, `Q0`, document, rank, score, channel.
  public func trecRun(of collection: JudgedCollection) -> String {
    var lines: [String] = []
    for question in questions {
      for ranking in question.rankings {
        for (place, hit) in ranking.hits.sorted(by: ChannelHit.precedes).enumerated() {
          let document = collection.documents[Int(hit.row)].id
          lines.append("\(question.id) Q0 \(document) \(place + 1) \(hit.score) \(ranking.channel)")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
