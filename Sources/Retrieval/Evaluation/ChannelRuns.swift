/// What every channel answered to every question of a collection, kept so that fusions are cheap to compare.
public struct ChannelRuns: Sendable {
  /// One question's answers.
  public struct Question: Sendable {
    /// The question's id.
    public var id: String
    /// One ranking a channel, in the order of ``ChannelRuns/channels``: what each finds by itself.
    public var rankings: [ChannelRanking]
    /// By rescoring channel, the scores it gives the rows that the others found.
    var rescored: [String: [Int64: Double]] = [:]
  }

  /// The channels' names.
  public let channels: [String]
  /// The questions in the collection's order.
  public let questions: [Question]
  /// Milliseconds of each question, by channel. Where a channel names stages, such as embedding the question, also by
  /// stage, and as `<channel>.index` what is left of its search without them.
  public let milliseconds: [String: [Double]]
  /// What channels cut off, each sentence once with the number of questions it was said of.
  public let limits: [String]

  /// Asks every channel every question, one after the other, so that latencies are of one search alone. Rescoring channels
  /// search, and then score what the others found, which is not timed: that is what a search fuses.
  ///
  /// - Parameters:
  ///   - collection: The questions.
  ///   - channels: Whom to ask.
  ///   - depth: How many hits each is asked for.
  ///   - limits: What there is to say of the documents: it comes first.
  ///   - clock: Times the searches.
  /// - Throws: What a channel throws: a channel that fails is no evaluation; `CancellationError`.
  public init(
    of collection: JudgedCollection, channels: [any RetrievalChannel], depth: Int, limits: [String] = [],
    clock: StageClock = .continuous
  ) async throws {
    var questions: [Question] = []
    var milliseconds: [String: [Double]] = [:]
    var said: [String: Int] = [:]
    for query in collection.queries {
      var rankings: [ChannelRanking] = []
      for channel in channels {
        try Task.checkCancellation()
        let start = clock.now()
        let answer = try await channel.search(ChannelQuery(text: query.text), limit: depth)
        let whole = clock.milliseconds(since: start)
        milliseconds[channel.name, default: []].append(whole)
        for stage in answer.stages { milliseconds[stage.name, default: []].append(stage.durationMilliseconds) }
        if !answer.stages.isEmpty {
          let rest = whole - answer.stages.reduce(0) { $0 + $1.durationMilliseconds }
          milliseconds["\(channel.name).index", default: []].append(rest)
        }
        for limit in answer.limits { said[limit, default: 0] += 1 }
        rankings.append(ChannelRanking(channel: channel.name, hits: Array(answer.hits.prefix(depth))))
      }
      var question = Question(id: query.id, rankings: rankings)
      let finders = zip(channels, rankings).filter { !($0.0 is any RescoringChannel) }.map(\.1)
      let found = Set(finders.flatMap { $0.hits.map(\.row) })
      for case let channel as any RescoringChannel in finders.isEmpty ? [] : channels {
        try Task.checkCancellation()
        let answer = try await channel.rescore(ChannelQuery(text: query.text), rows: found.sorted())
        question.rescored[channel.name] = Dictionary(answer.hits.map { ($0.row, $0.score) }) { first, _ in first }
      }
      questions.append(question)
    }
    self.channels = channels.map(\.name)
    self.questions = questions
    self.milliseconds = milliseconds
    self.limits = limits + said.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value) questions)" }
  }

  /// What a search with these settings gives for one question: channels of weight 0 are not asked, and a rescoring channel
  /// that is asked with others ranks the first candidates of their fusion instead of its own finds, if there are any.
  func fused(_ question: Question, by settings: FusionSettings) -> [FusedHit] {
    let asked = question.rankings.filter { settings.weight(of: $0.channel) > 0 }
    var rankings = asked.filter { question.rescored[$0.channel] == nil }
    guard rankings.contains(where: { !$0.hits.isEmpty }) else { return settings.fuse(asked) }
    for ranking in asked {
      guard let scores = question.rescored[ranking.channel] else { continue }
      let hits = settings.candidates(of: rankings).compactMap { row in
        scores[row].map { ChannelHit(row: row, score: $0) }
      }
      rankings.append(ChannelRanking(channel: ranking.channel, hits: hits))
    }
    return settings.fuse(rankings)
  }

  /// The metrics of each question under a fusion.
  ///
  /// - Parameters:
  ///   - settings: Method, weights and constant; a channel that is not named has weight 0.
  ///   - collection: The collection that was asked.
  ///   - depth: How many fused hits are judged.
  public func metrics(
    fusedBy settings: FusionSettings, of collection: JudgedCollection, depth: Int
  ) -> [RankingMetrics] {
    questions.map { question in
      RankingMetrics(
        ranking: fused(question, by: settings).prefix(depth).map { collection.documents[Int($0.row)].id },
        grades: collection.grades[question.id] ?? [:])
    }
  }

  /// The metrics of each question for one channel alone.
  public func metrics(of channel: String, in collection: JudgedCollection) -> [RankingMetrics] {
    questions.map { question in
      let hits = question.rankings.first { $0.channel == channel }?.hits ?? []
      return RankingMetrics(
        ranking: hits.sorted(by: ChannelHit.precedes).map { collection.documents[Int($0.row)].id },
        grades: collection.grades[question.id] ?? [:])
    }
  }
}
