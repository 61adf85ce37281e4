import Indexing

/// Finds chunks that contain the question's words and identifiers.
public struct BM25Channel: RetrievalChannel {
  /// Runs a full-text search on the store it borrows: rows and scores, larger is better.
  public typealias Search = @Sendable (_ text: String, _ limit: Int) async throws -> [ChannelHit]

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
    ChannelAnswer(hits: try await find(query.text, limit), limits: limits(of: query.text))
  }

  private func limits(of text: String) -> [String] {
    let tokens = Set(IdentifierTokens.tokens(of: text)).count
    if tokens == 0 { return ["\(name): the question has no letter or digit to look up"] }
    let maximum = IdentifierTokens.maximumQueryTokens
    guard tokens > maximum else { return [] }
    return ["\(name): only the first \(maximum) of the question's \(tokens) different words were looked up"]
  }
}
