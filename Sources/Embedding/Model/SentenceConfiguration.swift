/// How a sentence-embedding model uses its encoder, from the small files beside the weights. All are optional: their
/// defaults are those of the sentence-transformers library.
struct SentenceConfiguration: Sendable, Hashable {
  /// Tokens of a text that are read, special ones included.
  let maximumTokens: Int

  init(maximumTokens: Int) { self.maximumTokens = maximumTokens }

  /// Reads `sentence_bert_config.json`, `1_Pooling/config.json` and `tokenizer_config.json` in `folder`. What
  /// `tokenizer.json` says about truncation and padding is ignored: exporters leave the values of some example there.
  init(folder: String, positions: Int) throws(EmbeddingError) {
    let sentencePath = folder + "/sentence_bert_config.json"
    let sentence = try JSONFile.readIfPresent(Sentence.self, path: sentencePath)
    let limit = sentence?.max_seq_length ?? positions
    guard limit >= 3 else {
      throw EmbeddingError(
        .badConfiguration, "max_seq_length leaves no room for text between two special tokens", path: sentencePath,
        expected: "3 or more", actual: "\(limit)")
    }
    maximumTokens = min(limit, positions)

    let poolingPath = folder + "/1_Pooling/config.json"
    if let pooling = try JSONFile.readIfPresent(Pooling.self, path: poolingPath) {
      let others = [
        pooling.pooling_mode_cls_token, pooling.pooling_mode_max_tokens, pooling.pooling_mode_mean_sqrt_len_tokens,
      ]
      guard pooling.pooling_mode_mean_tokens == true, !others.contains(true) else {
        throw EmbeddingError(
          .unsupportedArchitecture, "this engine pools by the mean of all tokens only: use a mean-pooling model",
          path: poolingPath, expected: "pooling_mode_mean_tokens alone")
      }
    }

    let tokenizerPath = folder + "/tokenizer_config.json"
    if let tokenizer = try JSONFile.readIfPresent(Tokenizer.self, path: tokenizerPath) {
      guard tokenizer.do_lower_case != false, tokenizer.strip_accents != false,
        tokenizer.tokenize_chinese_chars != false
      else {
        throw EmbeddingError(
          .unsupportedArchitecture, "this engine has BERT's uncased tokenizer only: use an uncased model",
          path: tokenizerPath, expected: "do_lower_case, accents stripped, CJK characters apart")
      }
    }
  }

  private struct Sentence: Decodable {
    let max_seq_length: Int?
  }

  private struct Pooling: Decodable {
    let pooling_mode_cls_token: Bool?
    let pooling_mode_mean_tokens: Bool?
    let pooling_mode_max_tokens: Bool?
    let pooling_mode_mean_sqrt_len_tokens: Bool?
  }

  private struct Tokenizer: Decodable {
    let do_lower_case: Bool?
    let strip_accents: Bool?
    let tokenize_chinese_chars: Bool?
  }
}
