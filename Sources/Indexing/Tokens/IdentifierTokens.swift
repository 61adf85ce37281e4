/// Splits source text and questions into the words that the keyword channel compares, the same way for both.
///
/// A word is a run of letters, digits, marks and "_". Each word gives its parts, cut at "_", between lower and upper case
/// ("gracefulShutdown"), before the last capital of an acronym ("HTTPServer": http, server) and between letters and
/// digits ("sha256"); a word of several parts also gives itself as a whole. Everything is lower-case and in composed form
/// (NFC). Ideographs are words of their own, since nothing separates them. All else, emoji included, separates.
public enum IdentifierTokens {
  /// The most different tokens that one query keeps, the first ones: a pasted file must not become a query of thousands.
  public static let maximumQueryTokens = 128

  /// Tokens are cut to this many bytes of UTF-8, at a character: no identifier is longer, encoded data is.
  public static let maximumTokenBytes = 128

  /// The tokens in order, repetitions included: a whole word directly before its parts.
  public static func tokens(of text: String) -> [String] {
    var tokens: [String] = []
    forEachToken(in: text) { tokens.append($0) }
    return tokens
  }

  /// The different tokens of a query in order of appearance, at most ``maximumQueryTokens``.
  public static func queryTokens(_ query: String) -> [String] {
    var seen: Set<String> = []
    var kept: [String] = []
    for token in tokens(of: query) where seen.insert(token).inserted {
      kept.append(token)
      if kept.count == maximumQueryTokens { break }
    }
    return kept
  }

  /// Calls `body` with each token in order, repetitions included.
  public static func forEachToken(in text: String, _ body: (String) -> Void) {
    var text = text
    text.makeContiguousUTF8()
    // Most source is ASCII, where bytes can be classified directly.
    let isASCII = text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 < 0x80 } } ?? false
    if isASCII {
      text.withUTF8 { ASCIIWords.forEachToken(in: $0, body) }
    } else {
      UnicodeWords.forEachToken(in: text, body)
    }
  }
}
