import Indexing
public import RuntimeCells

/// Finds chunks that contain the question's words and identifiers.
public struct BM25Channel: RetrievalChannel {
  /// Lends the index until `body` returns.
  public typealias IndexLender =
    @Sendable (_ body: @Sendable (BM25Index) async throws -> [ChannelHit]) async throws -> [ChannelHit]

  /// The channel's name.
  public let name: String
  private let index: IndexLender
  private let threads: DedicatedThreads

  /// A keyword channel; searches run on `threads`, which the caller owns and stops.
  public init(name: String = "bm25", threads: DedicatedThreads, index: @escaping IndexLender) {
    self.name = name
    self.threads = threads
    self.index = index
  }

  /// Searches for the question's tokens, and says so when there are none or more than the index looks up.
  public func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    let hits = try await index { [threads] index in
      try await threads.run { try index.search(query.text, k: limit, selection: query.selection) }
    }
    return ChannelAnswer(hits: hits, limits: limits(of: query.text))
  }

  private func limits(of text: String) -> [String] {
    let tokens = Set(IdentifierTokens.tokens(of: text)).count
    if tokens == 0 { return ["\(name): the question has no letter or digit to look up"] }
    let maximum = IdentifierTokens.maximumQueryTokens
    guard tokens > maximum else { return [] }
    return ["\(name): only the first \(maximum) of the question's \(tokens) different words were looked up"]
  }
}
