public import Embedding
public import RuntimeCells

/// Finds chunks by learned sparse vectors: words that have to do with the question, whether they occur in it or not.
public struct SpladeChannel: RetrievalChannel {
  /// Lends the index until `body` returns.
  public typealias IndexLender =
    @Sendable (_ body: @Sendable (SpladeIndex) async throws -> [ChannelHit]) async throws -> [ChannelHit]
  /// Turns the question into one sparse vector, with sentences about what was left out.
  public typealias QueryEncoder = @Sendable (_ text: String) async throws -> (vector: SparseVector, limits: [String])

  /// The channel's name.
  public let name: String
  private let index: IndexLender
  private let encode: QueryEncoder
  private let threads: DedicatedThreads
  private let clock: StageClock

  /// A learned sparse channel; searches run on `threads`, which the caller owns and stops.
  public init(
    name: String = "splade", threads: DedicatedThreads, clock: StageClock = .continuous,
    encode: @escaping QueryEncoder, index: @escaping IndexLender
  ) {
    self.name = name
    self.index = index
    self.encode = encode
    self.threads = threads
    self.clock = clock
  }

  /// What `encoder` makes of a question.
  ///
  /// - Throws: What the encoder throws.
  public static func question(
    _ text: String, by encoder: any SparseEncoder
  ) async throws -> (vector: SparseVector, limits: [String]) {
    let vector = try await encoder.encode([text]).first ?? SparseVector(terms: [], weights: [])
    return (vector, encoder.exceedsLimit(text) ? [QuestionLimit.cut("splade", at: encoder.maximumTokens)] : [])
  }

  /// Encodes the question, then searches.
  public func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    let start = clock.now()
    let (vector, limits) = try await encode(query.text)
    let timing = StageTiming(
      name: "\(name).embed", durationMilliseconds: clock.milliseconds(since: start), candidates: 1)
    try Task.checkCancellation()
    let hits = try await index { [threads] index in
      try await threads.run { try index.search(vector, k: limit, selection: query.selection) }
    }
    return ChannelAnswer(hits: hits, limits: limits, stages: [timing])
  }
}
