public import Indexing

/// What the second dense space reads of a chunk: names, documentation and signature, not the body.
///
/// A body of many lines fills the model's token limit and blurs the mean over all tokens; what a definition is for stands
/// in its name, its comment and its signature. Text that is no definition is read whole, as in the primary space.
public enum SignatureText {
  /// Changes whenever ``text(for:)`` does.
  public static let version = 1
  /// Lines of a signature that are read at most.
  private static let signatureLines = 8

  /// The text to embed for a chunk. Depends on path, symbol and text only.
  public static func text(for chunk: Chunk) -> String {
    let lines = chunk.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let outline = outline(lines, isDefinition: chunk.symbol != nil) else { return EmbeddingText.text(for: chunk) }
    let names = EmbeddingText.names(of: chunk)
    return (names.isEmpty ? [] : [names.joined(separator: " ")]).joined(separator: "\n")
      + (names.isEmpty ? "" : "\n") + outline.joined(separator: "\n")
  }

  /// Comments and attributes before a definition, its signature, and a documentation string that follows it; nil for what
  /// does not look like a definition.
  static func outline(_ lines: [Substring], isDefinition: Bool) -> [String]? {
    var kept: [String] = []
    var next = 0
    while next < lines.count, isPreamble(lines[next]) {
      append(lines[next], to: &kept)
      next += 1
    }
    guard next < lines.count, isDefinition || opensDefinition(lines[next]) else { return nil }
    let first = next
    while next < lines.count, next < first + signatureLines {
      let line = lines[next]
      append(line, to: &kept)
      next += 1
      if let last = line.last(where: { !$0.isWhitespace }), "{:;=".contains(last) { break }
    }
    appendDocumentation(lines[next...], to: &kept)
    return kept
  }

  private static func append(_ line: Substring, to kept: inout [String]) {
    let words = line.split(whereSeparator: \.isWhitespace)
    if !words.isEmpty { kept.append(words.joined(separator: " ")) }
  }

  /// Whether a line is empty, a comment, a decorator or an attribute on a line of its own.
  private static func isPreamble(_ line: Substring) -> Bool {
    let text = line.drop(while: \.isWhitespace)
    return text.isEmpty || ["//", "/*", "*", "#", "--", "@", ";;"].contains { text.hasPrefix($0) }
  }

  private static let keywords: Set<Substring> = [
    "def", "async", "class", "func", "fn", "function", "public", "private", "internal", "static", "struct", "enum",
    "protocol", "extension", "interface", "impl", "pub", "fileprivate", "final", "export", "type", "trait", "init",
  ]

  /// Whether a line begins like a definition; prose that begins with such a word rarely has a bracket or a colon.
  private static func opensDefinition(_ line: Substring) -> Bool {
    guard let word = line.split(whereSeparator: { !$0.isLetter }).first, keywords.contains(word) else { return false }
    return line.contains("(") || line.contains("{") || line.last(where: { !$0.isWhitespace }) == ":"
  }

  /// The string that documents a definition of Python, up to its closing quotes.
  private static func appendDocumentation(_ lines: ArraySlice<Substring>, to kept: inout [String]) {
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else { return }
    let text = lines[first].drop(while: \.isWhitespace).drop { "rRuUbB".contains($0) }
    guard let quotes = ["\"\"\"", "'''"].first(where: { text.hasPrefix($0) }) else { return }
    append(lines[first], to: &kept)
    if text.dropFirst(3).contains(quotes) { return }
    for line in lines[(first + 1)...] {
      append(line, to: &kept)
      if line.contains(quotes) { return }
    }
  }
}
