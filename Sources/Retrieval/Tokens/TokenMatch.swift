/// The token of a document that one token of a question matched best.
public struct TokenMatch: Sendable, Hashable, Codable {
  /// The question's token, from 0.
  public var queryIndex: Int
  /// The document's token, from 0.
  public var documentIndex: Int
  /// Their product: the part of the document's score that this token of the question brings.
  public var similarity: Double
  /// The question's token as the model's vocabulary spells it; nil when unknown.
  public var queryToken: String?
  /// The document's.
  public var documentToken: String?

  /// A match; see the properties.
  public init(
    queryIndex: Int, documentIndex: Int, similarity: Double, queryToken: String? = nil, documentToken: String? = nil
  ) {
    self.queryIndex = queryIndex
    self.documentIndex = documentIndex
    self.similarity = similarity
    self.queryToken = queryToken
    self.documentToken = documentToken
  }

  private enum CodingKeys: String, CodingKey {
    case queryIndex = "q_index"
    case documentIndex = "doc_index"
    case similarity
    case queryToken = "q_token"
    case documentToken = "doc_token"
  }

  /// Writes every member; a token that is not known is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(queryIndex, forKey: .queryIndex)
    try container.encode(documentIndex, forKey: .documentIndex)
    try container.encode(similarity, forKey: .similarity)
    try container.encode(queryToken, forKey: .queryToken)
    try container.encode(documentToken, forKey: .documentToken)
  }
}
