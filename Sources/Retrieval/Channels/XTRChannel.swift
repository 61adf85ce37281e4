import Embedding
public import Indexing
public import RuntimeCells

/// Finds or scores chunks by their tokens: for each token of the question the most similar token of the chunk counts.
public struct XTRChannel: RescoringChannel {
  /// The channel's name.
  public let name: String
  /// How far searches of the whole index look.
  public let options: XTRSearchOptions
  private let resources: any XTRResources
  private let threads: DedicatedThreads
  private let clock: StageClock

  /// A late-interaction channel.
  ///
  /// - Parameters:
  ///   - resources: Lend index and token encoder for each search.
  ///   - threads: Where scores are computed; the caller owns and stops them.
  ///   - options: How far searches of the whole index look.
  ///   - clock: Times the encoding of the question.
  public init(
    name: String = "xtr", resources: any XTRResources, threads: DedicatedThreads,
    options: XTRSearchOptions = XTRSearchOptions(), clock: StageClock = .continuous
  ) {
    self.name = name
    self.resources = resources
    self.threads = threads
    self.options = options
    self.clock = clock
  }

  /// Searches the whole index.
  public func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    let options = options
    return try await answer(query) { index, question in
      try index.search(question, k: limit, options: options, selection: query.selection)
    }
  }

  /// Scores `rows` exactly.
  public func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer {
    let candidates = Set(rows).filter { query.selection?.contains($0) != false }
    let name = name
    return try await answer(query) { index, question in
      try index.rescore(question, documents: Array(candidates))
    } note: { found in
      let missing = candidates.count - found
      guard missing > 0 else { return nil }
      return "\(name): \(missing) of \(candidates.count) candidates have no tokens and were not scored"
    }
  }

  /// The best match of each of the question's tokens, with the tokens' texts.
  public func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]] {
    let (question, tokens) = try await resources.withEncoder { encoder in
      try await (encoder.encodeTokens([query.text])[0], [query.text].map { encoder.tokens(of: $0) }[0])
    }
    let texts = try await resources.withEncoder { encoder in
      chunks.map { encoder.tokens(of: EmbeddingText.text(for: $0)) }
    }
    let threads = threads
    return try await resources.withIndex { index in
      try await threads.run {
        var found: [Int64: [TokenMatch]] = [:]
        for (chunk, words) in zip(chunks, texts) {
          found[chunk.row] = try index.matches(question, document: chunk.row).map { match in
            var match = match
            if tokens.indices.contains(match.queryIndex) { match.queryToken = tokens[match.queryIndex] }
            // A chunk whose text gives another number of tokens was encoded by other rules: better none than wrong ones.
            if words.count == index.tokenCount(of: chunk.row) { match.documentToken = words[match.documentIndex] }
            return match
          }
        }
        return found
      }
    }
  }

  private func answer(
    _ query: ChannelQuery, _ find: @escaping @Sendable (XTRIndex, TokenVectors) throws -> [ChannelHit],
    note: (_ found: Int) -> String? = { _ in nil }
  ) async throws -> ChannelAnswer {
    let start = clock.now()
    let name = name
    let (question, limits) = try await resources.withEncoder { encoder in
      let vectors = try await encoder.encodeTokens([query.text])
      return (
        vectors[0], encoder.exceedsLimit(query.text) ? [QuestionLimit.cut(name, at: encoder.maximumTokens)] : []
      )
    }
    let timing = StageTiming(
      name: "\(name).embed", durationMilliseconds: clock.milliseconds(since: start), candidates: 1)
    guard question.count > 0 else {
      return ChannelAnswer(hits: [], limits: ["\(name): the question has no token to look up"], stages: [timing])
    }
    try Task.checkCancellation()
    let threads = threads
    let hits = try await resources.withIndex { index in try await threads.run { try find(index, question) } }
    let notes = note(hits.count).map { [$0] } ?? []
    return ChannelAnswer(hits: hits, limits: limits + notes, stages: [timing])
  }
}
