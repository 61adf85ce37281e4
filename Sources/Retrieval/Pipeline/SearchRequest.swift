/// A question and the page of answers wanted.
public struct SearchRequest: Sendable, Hashable {
  /// The most characters (Unicode scalars) a question may have.
  public static let maximumCharacters = 65_536

  /// The question, in words, code or both.
  public var query: String
  /// How many hits, at least 1.
  public var limit: Int
  /// How many of the best hits to leave out first.
  public var offset: Int
  /// The channels to ask; nil asks all. The others show as `not_asked`.
  public var channels: Set<String>?
  /// Weights by channel name that count for this search alone; nil, and channels not named, keep the pipeline's own.
  public var weights: [String: Double]?
  /// How lists are fused for this search alone; nil keeps the pipeline's own method.
  public var fusion: FusionMethod?
  /// Which chunks may be found; nil means all.
  public var filter: SearchFilter?
  /// The constant of fusion that counts for this search alone; nil keeps the pipeline's own.
  public var k: Double?
  /// How long the search may take. Channels that would be too late are left out of the answer, and a limit says so.
  public var deadline: Duration?
  /// Whether late-interaction channels say which tokens matched.
  public var matchesTokens: Bool

  /// A request.
  public init(
    query: String, limit: Int = 10, offset: Int = 0, channels: Set<String>? = nil, weights: [String: Double]? = nil,
    k: Double? = nil, fusion: FusionMethod? = nil, filter: SearchFilter? = nil, deadline: Duration? = nil,
    matchesTokens: Bool = false
  ) {
    self.query = query
    self.limit = limit
    self.offset = offset
    self.channels = channels
    self.weights = weights
    self.fusion = fusion
    self.filter = filter
    self.k = k
    self.deadline = deadline
    self.matchesTokens = matchesTokens
  }

  /// The question without white space at its ends, once the request is usable.
  ///
  /// - Throws: ``RetrievalError`` with `queryEmpty`, `queryTooLong` or `page`.
  func checkedText() throws -> String {
    let text = query.trimmingWhitespace()
    guard !text.isEmpty else {
      throw RetrievalError(.queryEmpty, "The query is empty: type some words, an identifier or a line of code.")
    }
    let length = text.unicodeScalars.count
    guard length <= Self.maximumCharacters else {
      throw RetrievalError(
        .queryTooLong, "The query is too long to search for: shorten it.",
        expected: "at most \(Self.maximumCharacters) characters", actual: "\(length)")
    }
    guard limit >= 1, offset >= 0 else {
      throw RetrievalError(
        .page, "A page needs a limit of at least 1 and an offset of at least 0.",
        expected: "limit >= 1, offset >= 0", actual: "limit \(limit), offset \(offset)")
    }
    let (end, overflow) = limit.addingReportingOverflow(offset)
    guard !overflow, end <= FusionSettings.maximumWindow else {
      throw RetrievalError(
        .page, "The page ends beyond the most hits that channels are asked for. Ask for fewer, or narrow the question.",
        expected: "offset + limit <= \(FusionSettings.maximumWindow)", actual: "offset \(offset), limit \(limit)")
    }
    return text
  }
}

extension String {
  fileprivate func trimmingWhitespace() -> String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
