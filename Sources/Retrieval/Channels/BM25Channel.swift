public import Indexing

/// Finds chunks that contain the question's words and identifiers.
public struct BM25Channel: RetrievalChannel {
  /// Runs a full-text search on the store it borrows: the best of the rows that the query selects.
  public typealias Search = @Sendable (_ query: ChannelQuery, _ limit: Int) async throws -> [ChannelHit]

  /// The channel's name.
  public let name: String
  private let find: Search

  /// A full-text channel; `search` borrows the store from whoever holds it.
  public init(name: String = "bm25", search: @escaping Search) {
    self.name = name
    find = search
  }

  /// Searches for the question's tokens, and says so when there are none or more than the store looks up.
  public func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    ChannelAnswer(hits: try await find(query, limit), limits: limits(of: query.text))
  }

  private func limits(of text: String) -> [String] {
    let tokens = Set(IdentifierTokens.tokens(of: text)).count
    if tokens == 0 { return ["\(name): the question has no letter or digit to look up"] }
    let maximum = IdentifierTokens.maximumQueryTokens
    guard tokens > maximum else { return [] }
    return ["\(name): only the first \(maximum) of the question's \(tokens) different words were looked up"]
  }
}

extension ChunkStore {
  /// The best of the selected rows by words, as hits.
  ///
  /// - Throws: As `bm25(query:limit:where:)`.
  public func bm25(_ query: ChannelQuery, limit: Int) async throws -> [ChannelHit] {
    let isSelected = query.selection.map { selection in { @Sendable (row: Int64) in selection.contains(row) } }
    return try await bm25(query: query.text, limit: limit, where: isSelected)
      .map { ChannelHit(row: $0.row, score: $0.score) }
  }
}
