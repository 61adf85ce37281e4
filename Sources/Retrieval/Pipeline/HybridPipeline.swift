import Indexing
public import RuntimeCells

/// Asks every channel at once, fuses what they found and fetches the texts.
///
/// A channel that fails or is late becomes a sentence in `limits` and the others answer; only when all fail does the search
/// fail.
public struct HybridPipeline: Sendable {
  /// Method, weights, constant and window.
  public let settings: FusionSettings
  private let channelBudget: Duration?
  private let clock: StageClock
  private let timer: CellClock

  /// A pipeline; it holds no index, see ``SearchSet``.
  ///
  /// - Parameters:
  ///   - settings: Weights, constant and window.
  ///   - channelBudget: How long each channel may take; nil allows any time.
  ///   - clock: Times the stages.
  ///   - timer: Measures budgets and deadlines.
  public init(
    settings: FusionSettings, channelBudget: Duration? = nil, clock: StageClock = .continuous,
    timer: CellClock = .continuous
  ) {
    self.settings = settings
    self.channelBudget = channelBudget
    self.clock = clock
    self.timer = timer
  }

  /// Answers one request from one generation.
  ///
  /// - Parameters:
  ///   - request: The question and page.
  ///   - set: Channels and chunks; the caller keeps them alive until this returns.
  /// - Throws: ``RetrievalError`` with `queryEmpty`, `queryTooLong`, `page`, `allChannelsFailed`, `deadlineExceeded`,
  ///   `noChannel` (none of positive weight is asked), `fusionSettings` (the request's weights cannot be used) or `hydration`;
  ///   what the chunk reader and the selector throw; `CancellationError`.
  public func search(_ request: SearchRequest, in set: SearchSet) async throws -> SearchResponse {
    let applied = try settings.applied(to: request)
    guard applied == settings else {
      var response = try await HybridPipeline(
        settings: applied, channelBudget: channelBudget, clock: clock, timer: timer
      ).search(request, in: set)
      if request.offset > 0, applied.window > settings.window {
        response.limits.append(
          "fusion: the page ends beyond \(settings.window) hits a channel, so \(applied.window) were asked for: it may "
            + "repeat or leave out hits of the pages before")
      }
      return response
    }
    let text = try request.checkedText()
    let asked = set.channels.filter { isAsked($0, by: request) }
    guard !asked.isEmpty else { throw nothingToAsk(request, set) }
    let finders = asked.filter { !($0 is any RescoringChannel) }
    let judges = asked.compactMap { $0 as? any RescoringChannel }
    let plan = StagePlan(
      deadline: request.deadline, budget: channelBudget, rescores: !finders.isEmpty && !judges.isEmpty, clock: timer)

    var response = SearchResponse(query: text, generation: set.generation, hits: [], stages: [], limits: [])
    for name in (request.channels ?? []).sorted() {
      if let reason = set.missing[name] { response.limits.append("\(name): \(reason)") }
    }
    var query = ChannelQuery(text: text)
    if let filter = request.filter, !filter.isEmpty {
      let selection = try await select(filter, from: set, &response)
      guard selection.count > 0 else { return response }
      query.selection = selection
    }

    var outcomes = try await ask(finders, query, within: plan.search)
    if outcomes.contains(where: { !$0.ranking.hits.isEmpty }) {
      for channel in judges { outcomes.append(try await rescore(outcomes, with: channel, query, plan)) }
    } else {
      // Alone, or with nothing to score, a rescoring channel searches by itself.
      var alone = try await ask(judges, query, within: plan.rescore)
      for place in alone.indices where !finders.isEmpty && alone[place].failure == nil {
        alone[place].limits.append(
          "\(judges[place].name): the channels it waits for gave it nothing to score, so it searched the whole index by itself"
        )
      }
      outcomes += alone
    }
    try Self.checkSomeAnswered(outcomes)
    for outcome in outcomes {
      response.stages += outcome.stages
      response.limits += outcome.limits
    }

    var start = clock.now()
    let byName = Dictionary(outcomes.map { ($0.ranking.channel, $0.ranking) }) { first, _ in first }
    let fused = settings.fuse(
      set.channels.map { byName[$0.name] ?? ChannelRanking(channel: $0.name, without: .notAsked) })
    let page = fused.dropFirst(request.offset).prefix(request.limit)
    response.stages.append(timing("fusion", since: start, candidates: fused.count))

    try Task.checkCancellation()
    start = clock.now()
    let (hits, missing, limits) = try await hydrate(
      page, from: set, matching: request.matchesTokens ? query : nil, plan)
    response.hits = hits
    response.limits += limits
    if missing > 0 {
      response.limits.append("hydration: \(missing) of \(page.count) hits have no chunk in the store and were left out")
    }
    response.stages.append(timing("hydration", since: start, candidates: response.hits.count))
    return response
  }

  /// The rows that the filter lets through, found once for all channels.
  private func select(
    _ filter: SearchFilter, from set: SearchSet, _ response: inout SearchResponse
  ) async throws -> RowSelection {
    let start = clock.now()
    let selection = try await set.select(filter)
    response.stages.append(timing("filter", since: start, candidates: selection.count))
    if selection.count == 0 {
      response.limits.append("filter: generation \(set.generation) has no chunk that passes: \(filter)")
    }
    return selection
  }

  private func isAsked(_ channel: any RetrievalChannel, by request: SearchRequest) -> Bool {
    settings.weight(of: channel.name) > 0 && request.channels?.contains(channel.name) != false
  }

  private func nothingToAsk(_ request: SearchRequest, _ set: SearchSet) -> RetrievalError {
    let present = set.channels.map(\.name)
    let reasons = (request.channels?.sorted() ?? present).map { name in
      let reason = set.missing[name] ?? (present.contains(name) ? "its weight is 0" : "there is no such channel")
      // Some reasons are whole sentences of another error.
      return "\(name): \(reason)" + (reason.hasSuffix(".") ? "" : ".")
    }
    return RetrievalError(
      .noChannel,
      "No channel is left to ask. " + reasons.joined(separator: " ")
        + " This index has \(present.joined(separator: ", ")).")
  }

  private func timing(_ name: String, since start: Duration, candidates: Int) -> StageTiming {
    StageTiming(name: name, durationMilliseconds: clock.milliseconds(since: start), candidates: candidates)
  }
}

// MARK: - Asking the channels

extension HybridPipeline {
  private struct Outcome: Sendable {
    var ranking: ChannelRanking
    var stages: [StageTiming]
    var limits: [String]
    var failure: (any Error)?
    var isLate = false
  }

  /// Runs the channels at the same time; outcomes come in the channels' order.
  private func ask(
    _ channels: [any RetrievalChannel], _ query: ChannelQuery, within limit: Duration?
  ) async throws -> [Outcome] {
    let window = settings.window
    let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
      for (place, channel) in channels.enumerated() {
        group.addTask {
          (place, await outcome(of: channel, within: limit) { try await channel.search(query, limit: window) })
        }
      }
      var outcomes = [Outcome?](repeating: nil, count: channels.count)
      for await (place, outcome) in group { outcomes[place] = outcome }
      return outcomes.compactMap { $0 }
    }
    try Task.checkCancellation()
    return outcomes
  }

  private static func checkSomeAnswered(_ outcomes: [Outcome]) throws {
    guard outcomes.allSatisfy({ $0.failure != nil }) else { return }
    guard outcomes.contains(where: { !$0.isLate }) else {
      throw RetrievalError(
        .deadlineExceeded,
        "No channel answered in time. \(outcomes.flatMap(\.limits).joined(separator: "; ")). Allow more time.",
        underlying: outcomes.first?.failure)
    }
    let failures = outcomes.compactMap { outcome in
      outcome.failure.map { "\(outcome.ranking.channel): \($0)" }
    }
    throw RetrievalError(
      .allChannelsFailed, "No channel could answer. \(failures.joined(separator: "; "))",
      underlying: outcomes.first?.failure)
  }

  /// Has a channel score the best of the fusion so far.
  private func rescore(
    _ outcomes: [Outcome], with channel: any RescoringChannel, _ query: ChannelQuery, _ plan: StagePlan
  ) async throws -> Outcome {
    try Task.checkCancellation()
    let fused = settings.fuse(outcomes.map(\.ranking))
    let rows = settings.candidates(of: fused)
    var outcome = await outcome(of: channel, within: plan.rescore) { try await channel.rescore(query, rows: rows) }
    if rows.count < fused.count, outcome.failure == nil {
      outcome.limits.append("\(channel.name): only the first \(rows.count) of \(fused.count) candidates were scored")
    }
    return outcome
  }

  private func outcome(
    of channel: any RetrievalChannel, within limit: Duration?,
    _ answering: @escaping @Sendable () async throws -> ChannelAnswer
  ) async -> Outcome {
    let start = clock.now()
    do {
      guard var answer = try await BoundedStage.run(within: limit, clock: timer, answering) else {
        return late(channel, limit ?? .zero, since: start)
      }
      answer.hits = Array(answer.hits.prefix(settings.window))
      try Self.check(answer)
      let stage = timing(channel.name, since: start, candidates: answer.hits.count)
      return Outcome(
        ranking: ChannelRanking(channel: channel.name, hits: answer.hits), stages: answer.stages + [stage],
        limits: answer.limits)
    } catch {
      return Outcome(
        ranking: ChannelRanking(channel: channel.name, without: .failed),
        stages: [timing(channel.name, since: start, candidates: 0)],
        limits: ["\(channel.name) could not answer: \(error)"], failure: error)
    }
  }

  private func late(_ channel: any RetrievalChannel, _ limit: Duration, since start: Duration) -> Outcome {
    let reason =
      limit > .zero
      ? "\(channel.name) gave no answer within \(Self.milliseconds(limit)) ms and was left out"
      : "\(channel.name) was left out: no time was left for it"
    return Outcome(
      ranking: ChannelRanking(channel: channel.name, without: .failed),
      stages: [timing(channel.name, since: start, candidates: 0)], limits: [reason],
      failure: RetrievalError(.deadlineExceeded, reason), isLate: true)
  }

  private static func milliseconds(_ duration: Duration) -> Int64 { Int64(duration / .milliseconds(1)) }

  private static func check(_ answer: ChannelAnswer) throws {
    guard let bad = answer.hits.first(where: { !$0.score.isFinite || $0.row < 0 }) else { return }
    throw RetrievalError(
      .channelAnswer, "The channel gave a hit that cannot be ranked.",
      expected: "a finite score and a row from 0", actual: "score \(bad.score), row \(bad.row)")
  }
}

// MARK: - Fetching the texts

extension HybridPipeline {
  /// The page's hits with their texts. Rows the store lacks are reported, and an error when there is nothing else.
  private func hydrate(
    _ page: ArraySlice<FusedHit>, from set: SearchSet, matching query: ChannelQuery?, _ plan: StagePlan
  ) async throws -> (hits: [SearchHit], missing: Int, limits: [String]) {
    guard !page.isEmpty else { return ([], 0, []) }
    let chunks = try await set.chunks(page.map(\.row))
    let byRow = Dictionary(chunks.map { ($0.row, $0) }) { first, _ in first }
    var page = Array(page)
    let limits = if let query { try await explain(&page, chunks, query, in: set, plan) } else { [String]() }
    let hits = page.compactMap { hit in byRow[hit.row].map { SearchHit(hit, chunk: $0) } }
    guard !hits.isEmpty else {
      throw RetrievalError(
        .hydration,
        "The channels found rows that the chunk store of generation \(set.generation) does not have: index and store "
          + "do not belong together. Build the index again (`codeintel index`).",
        expected: "\(page.count) chunks", actual: "0")
    }
    return (hits, page.count - hits.count, limits)
  }
}

extension HybridPipeline {
  /// Adds to each hit of a rescoring channel which tokens matched. A channel that cannot say leaves it out, and a limit
  /// tells why.
  private func explain(
    _ page: inout [FusedHit], _ chunks: [Chunk], _ query: ChannelQuery, in set: SearchSet, _ plan: StagePlan
  ) async throws -> [String] {
    var limits: [String] = []
    for (place, channel) in set.channels.enumerated() {
      guard let channel = channel as? any RescoringChannel else { continue }
      let rows = Set(page.filter { $0.contributions[place].state == .returned }.map(\.row))
      guard !rows.isEmpty else { continue }
      let wanted = chunks.filter { rows.contains($0.row) }
      let found: [Int64: [TokenMatch]]?
      do {
        found = try await BoundedStage.run(within: plan.rescore, clock: timer) {
          try await channel.matches(query, in: wanted)
        }
      } catch {
        try Task.checkCancellation()
        limits.append("\(channel.name) cannot say which tokens matched: \(error)")
        continue
      }
      guard let found else {
        limits.append("\(channel.name) cannot say which tokens matched: no time was left for it")
        continue
      }
      for hit in page.indices { page[hit].contributions[place].tokenMatches = found[page[hit].row] }
    }
    return limits
  }
}

extension SearchHit {
  fileprivate init(_ hit: FusedHit, chunk: Chunk) {
    self.init(
      id: chunk.id, path: chunk.path, startLine: chunk.startLine, endLine: chunk.endLine, symbol: chunk.symbol,
      language: chunk.language, score: hit.score, text: chunk.text, contributions: hit.contributions)
  }
}
