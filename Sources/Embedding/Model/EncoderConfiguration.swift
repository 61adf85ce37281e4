/// The shape of a BERT encoder, from `config.json`.
struct EncoderConfiguration: Sendable, Hashable {
  let vocabulary: Int
  let hidden: Int
  let layers: Int
  let heads: Int
  let intermediate: Int
  let positions: Int
  let kinds: Int
  let epsilon: Float

  var headWidth: Int { hidden / heads }

  init(
    vocabulary: Int, hidden: Int, layers: Int, heads: Int, intermediate: Int, positions: Int, kinds: Int, epsilon: Float
  ) {
    self.vocabulary = vocabulary
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
    self.intermediate = intermediate
    self.positions = positions
    self.kinds = kinds
    self.epsilon = epsilon
  }

  /// Reads `config.json` at `path` and refuses what this encoder does not compute, rather than computing it wrongly.
  init(path: String) throws(EmbeddingError) {
    let raw = try JSONFile.read(Raw.self, path: path)
    func unsupported(_ what: String, expected: String, actual: String) -> EmbeddingError {
      EmbeddingError(
        .unsupportedArchitecture, "this engine has no such \(what): use a BERT encoder such as all-MiniLM-L6-v2",
        path: path, expected: expected, actual: actual)
    }
    guard raw.model_type == "bert" else {
      throw unsupported("architecture", expected: "model_type bert", actual: raw.model_type ?? "none")
    }
    guard (raw.hidden_act ?? "gelu") == "gelu" else {
      throw unsupported("activation", expected: "gelu", actual: raw.hidden_act ?? "")
    }
    guard (raw.position_embedding_type ?? "absolute") == "absolute" else {
      throw unsupported("position embedding", expected: "absolute", actual: raw.position_embedding_type ?? "")
    }
    guard raw.is_decoder != true else { throw unsupported("decoder", expected: "an encoder", actual: "a decoder") }
    let sizes = [
      ("vocab_size", raw.vocab_size, 1...10_000_000), ("hidden_size", raw.hidden_size, 1...65_536),
      ("num_hidden_layers", raw.num_hidden_layers, 1...1024),
      ("num_attention_heads", raw.num_attention_heads, 1...1024),
      ("intermediate_size", raw.intermediate_size, 1...262_144),
      ("max_position_embeddings", raw.max_position_embeddings, 2...1_000_000),
      ("type_vocab_size", raw.type_vocab_size ?? 2, 1...1024),
    ]
    for (name, value, range) in sizes where !range.contains(value) {
      throw EmbeddingError(
        .badConfiguration, "\(name) is out of range: fetch the model again", path: path,
        expected: "\(range.lowerBound) to \(range.upperBound)", actual: "\(value)")
    }
    guard raw.hidden_size.isMultiple(of: raw.num_attention_heads) else {
      throw EmbeddingError(
        .badConfiguration, "hidden_size must be a multiple of num_attention_heads: fetch the model again", path: path,
        expected: "a multiple of \(raw.num_attention_heads)", actual: "\(raw.hidden_size)")
    }
    let epsilon = raw.layer_norm_eps ?? 1e-12
    guard epsilon >= 0, epsilon < 1 else {
      throw EmbeddingError(
        .badConfiguration, "layer_norm_eps is out of range: fetch the model again", path: path, expected: "0 to 1",
        actual: "\(epsilon)")
    }
    self.init(
      vocabulary: raw.vocab_size, hidden: raw.hidden_size, layers: raw.num_hidden_layers,
      heads: raw.num_attention_heads, intermediate: raw.intermediate_size, positions: raw.max_position_embeddings,
      kinds: raw.type_vocab_size ?? 2, epsilon: epsilon)
  }

  /// The file's own names.
  private struct Raw: Decodable {
    let model_type: String?
    let hidden_act: String?
    let position_embedding_type: String?
    let is_decoder: Bool?
    let vocab_size: Int
    let hidden_size: Int
    let num_hidden_layers: Int
    let num_attention_heads: Int
    let intermediate_size: Int
    let max_position_embeddings: Int
    let type_vocab_size: Int?
    let layer_norm_eps: Float?
  }
}
