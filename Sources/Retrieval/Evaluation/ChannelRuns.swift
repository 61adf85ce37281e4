/// What every channel answered to every question of a collection, kept so that fusions are cheap to compare.
public struct ChannelRuns: Sendable {
  /// One question's answers.
  public struct Question: Sendable {
    /// The question's id.
    public var id: String
    /// One ranking a channel, in the order of ``ChannelRuns/channels``.
    public var rankings: [ChannelRanking]
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

  /// Asks every channel every question, one after the other, so that latencies are of one search alone.
  ///
  /// - Parameters:
  ///   - collection: The questions.
  ///   - channels: Whom to ask.
  ///   - depth: How many hits each is asked for.
  ///   - clock: Times the searches.
  /// - Throws: What a channel throws: a channel that fails is no evaluation; `CancellationError`.
  public init(
    of collection: JudgedCollection, channels: [any RetrievalChannel], depth: Int, clock: StageClock = .continuous
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
        rankings.append(ChannelRanking(channel: channel.name, hits: answer.hits))
      }
      questions.append(Question(id: query.id, rankings: rankings))
    }
    self.channels = channels.map(\.name)
    self.questions = questions
    self.milliseconds = milliseconds
    limits = said.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value) questions)" }
  }

  /// The metrics of each question under a fusion.
  ///
  /// - Parameters:
  ///   - settings: Weights and constant; a channel that is not named has weight 0.
  ///   - collection: The collection that was asked.
  ///   - depth: How many fused hits are judged.
  public func metrics(
    fusedBy settings: FusionSettings, of collection: JudgedCollection, depth: Int
  ) -> [RankingMetrics] {
    let fusion = ReciprocalRankFusion(settings: settings)
    return questions.map { question in
      RankingMetrics(
        ranking: fusion.fuse(question.rankings).prefix(depth).map { collection.documents[Int($0.row)].id },
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
