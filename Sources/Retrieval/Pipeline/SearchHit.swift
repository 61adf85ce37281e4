/// One chunk of an answer.
public struct SearchHit: Sendable, Hashable {
  /// The chunk's stable id.
  public var id: String
  /// The file, relative to the indexed folder.
  public var path: String
  /// The first line of the chunk, from 1.
  public var startLine: Int
  /// The last line of the chunk, included.
  public var endLine: Int
  /// The definition the chunk holds; nil for text between definitions.
  public var symbol: String?
  /// The language, as the indexer names it.
  public var language: String
  /// The fused score: the sum of ``contributions``.
  public var score: Double
  /// The chunk's text.
  public var text: String
  /// One entry a channel.
  public var contributions: [ChannelContribution]

  /// A hit; see the properties.
  public init(
    id: String, path: String, startLine: Int, endLine: Int, symbol: String?, language: String, score: Double,
    text: String, contributions: [ChannelContribution]
  ) {
    self.id = id
    self.path = path
    self.startLine = startLine
    self.endLine = endLine
    self.symbol = symbol
    self.language = language
    self.score = score
    self.text = text
    self.contributions = contributions
  }
}

extension SearchHit: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, path
    case startLine = "start_line"
    case endLine = "end_line"
    case symbol, language, score, text, contributions
  }

  /// Writes every member; `symbol` is null when there is none.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(path, forKey: .path)
    try container.encode(startLine, forKey: .startLine)
    try container.encode(endLine, forKey: .endLine)
    try container.encode(symbol, forKey: .symbol)
    try container.encode(language, forKey: .language)
    try container.encode(score, forKey: .score)
    try container.encode(text, forKey: .text)
    try container.encode(contributions, forKey: .contributions)
  }
}
