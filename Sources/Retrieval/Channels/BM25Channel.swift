/// Finds chunks that contain the question's words and identifiers.
public struct BM25Channel: RetrievalChannel {
  /// Runs a full-text search on the store it borrows: rows and scores, larger is better.
  public typealias Search = @Sendable (_ text: String, _ limit: Int) async throws -> [ChannelHit]

  /// The most words of a question that are looked up. Each word is one look-up in the full-text index, and a question
  /// of thousands of words (a pasted file) would scan most of it without ranking better.
  public static let maximumWords = 64

  /// The channel's name.
  public let name: String
  private let find: Search

  /// A full-text channel; `search` borrows the store from whoever holds it.
  public init(name: String = "bm25", search: @escaping Search) {
    self.name = name
    find = search
  }

  /// Searches for the first ``maximumWords`` different words of the question and says so when there were more.
  public func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer {
    let (text, dropped) = Self.capped(query.text)
    let hits = try await find(text, limit)
    guard dropped > 0 else { return ChannelAnswer(hits: hits) }
    return ChannelAnswer(
      hits: hits,
      limits: ["\(name): only the first \(Self.maximumWords) different words were searched, \(dropped) were left out"])
  }

  /// The first different words of `text`, split at white space, and how many were left out.
  static func capped(_ text: String) -> (text: String, dropped: Int) {
    var seen: Set<Substring> = []
    var kept: [Substring] = []
    for word in text.split(whereSeparator: \.isWhitespace) where seen.insert(word).inserted {
      if kept.count < maximumWords { kept.append(word) }
    }
    let dropped = seen.count - kept.count
    return dropped == 0 ? (text, 0) : (kept.joined(separator: " "), dropped)
  }
}
