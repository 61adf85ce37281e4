import Indexing

/// Chooses the lines of a hit that a reader should see first.
struct SnippetWindow {
  private let wanted: Set<String>

  /// Words are compared as the keyword channel compares them.
  init(query: String) { wanted = Set(IdentifierTokens.queryTokens(query)) }

  /// At most `height` consecutive lines that hold the most different words of the question; the first such window.
  func range(in lines: [Substring], height: Int) -> Range<Int> {
    guard lines.count > height else { return 0..<lines.count }
    let matches = lines.map { line in wanted.intersection(IdentifierTokens.tokens(of: String(line))) }
    var best = 0
    var bestCount = -1
    for start in 0...(lines.count - height) {
      let count = matches[start..<(start + height)].reduce(into: Set<String>()) { $0.formUnion($1) }.count
      if count > bestCount { (best, bestCount) = (start, count) }
    }
    return best..<(best + height)
  }
}
