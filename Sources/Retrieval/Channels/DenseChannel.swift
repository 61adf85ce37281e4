public import RuntimeCells

/// Finds chunks whose vectors are near the question's vector.
///
/// Index and query encoder are borrowed for each search through closures, so that whoever holds them can close, swap or
/// count them. A second dense space is a second channel with its own name, encoder and index.
public struct DenseChannel: RetrievalChannel {
  /// Lends the index until `body` returns.
  public typealias IndexLender =
    @Sendable (_ body: @Sendable (DenseIndex) async throws -> [ChannelHit]) async throws -> [ChannelHit]
  /// Turns the question into one vector of the index's space.
  public typealias QueryEncoder = @Sendable (_ text: String) async throws -> EncodedQuery

  /// The channel's name.
  public let name: String
  private let index: IndexLender
  private let encode: QueryEncoder
  private let threads: DedicatedThreads
  private let beam: Int
  private let probes: Int?
  private let clock: StageClock

  /// A dense channel.
  ///
  /// - Parameters:
  ///   - name: `faiss` for the primary space.
  ///   - threads: Where the scan runs; the caller owns and stops them.
  ///   - beam: HNSW's search beam.
  ///   - probes: Inverted lists that are read; nil as the index's size wants it.
  ///   - clock: Times the encoding of the query.
  ///   - encode: The query encoder; see ``EncodedQuery``.
  ///   - index: Lends the index.
  public init(
    name: String = "faiss", threads: DedicatedThreads, beam: Int = FaissIndex.defaultSearchBeam,
    probes: Int? = nil, clock: StageClock = .continuous, encode: @escaping QueryEncoder,
    index: @escaping IndexLender
  ) {
    self.name = name
    self.index = index
    self.encode = encode
    self.threads = threads
    self.beam = beam
    self.probes = probes
    self.clock = clock
  }

  /// Encodes the question, then searches; a vector of the wrong dimension or with NaN is an error.
  public func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    let start = clock.now()
    let encoded = try await encode(query.text)
    let timing = StageTiming(
      name: "\(name).embed", durationMilliseconds: clock.milliseconds(since: start), candidates: 1)
    try Task.checkCancellation()
    let hits = try await index { [threads, beam, probes] index in
      try await threads.run {
        try index.search(encoded.vector, k: limit, beam: beam, probes: probes, selection: query.selection)
      }
    }
    return ChannelAnswer(hits: hits, limits: encoded.limits, stages: [timing])
  }
}
