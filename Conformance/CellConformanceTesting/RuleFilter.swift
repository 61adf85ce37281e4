import CellConformance

/// What the environment variable `CELL_RULES` selects: ids separated by commas, `*` at an end for any rest.
struct RuleFilter: Sendable {
  /// The variable's words, without the blanks around them.
  let words: [String]

  init(_ text: String?) {
    words = (text ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
  }

  /// The cases of a suite's rules. The canary is part of every run: without it a pass proves nothing.
  func cases(of rules: [Rule]) -> [RuleCase] {
    let chosen = rules.filter { rule in words.isEmpty || words.contains { Self.fits($0, rule) } }
    let isCanaryMissing = !chosen.isEmpty && !chosen.contains { $0.id == Self.canary }
    let canary = isCanaryMissing ? RuleCatalogue.all.filter { $0.id == Self.canary } : []
    let unknown = words.filter { word in !RuleCatalogue.all.contains { Self.fits(word, $0) } }
    return (canary + chosen).map(RuleCase.init) + unknown.map(RuleCase.init(unknown:))
  }

  private static let canary = "CELL-0.01"

  private static func fits(_ word: String, _ rule: Rule) -> Bool {
    word.last == "*" ? rule.id.hasPrefix(word.dropLast()) : rule.id == word
  }
}
