/// The body of `POST /v1/embeddings`.
struct EmbeddingRequestBody: Encodable {
  enum CodingKeys: String, CodingKey {
    case model, input
    case encoding = "encoding_format"
    case truncation = "truncate_prompt_tokens"
  }

  var model: String
  var input: [String]
  var encoding: String
  /// vLLM: -1 cuts a text at the model's own limit.
  var truncation: Int?
}
