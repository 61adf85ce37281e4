/// What the environment variable `CELL_RULES` asks for: ids separated by commas, `*` at an end for any rest.
package struct RuleSelection: Sendable {
  private let words: [String]

  /// Reads the variable's text; nil and nothing ask for every rule.
  package init(_ text: String?) {
    words = (text ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
  }

  /// The rules among `rules` that are asked for, with the canary if there are any: without it a pass proves nothing.
  package func rules(of rules: [Rule]) -> [Rule] {
    let chosen = rules.filter { rule in words.isEmpty || words.contains { Self.fits($0, rule) } }
    let isCanaryMissing = !chosen.isEmpty && !chosen.contains { $0.id == Self.canary }
    return (isCanaryMissing ? RuleCatalogue.all.filter { $0.id == Self.canary } : []) + chosen
  }

  /// The words that fit no rule at all.
  package var unknown: [String] { words.filter { word in !RuleCatalogue.all.contains { Self.fits(word, $0) } } }

  /// The rule without which a run proves nothing.
  static let canary = "CELL-0.01"

  private static func fits(_ word: String, _ rule: Rule) -> Bool {
    word.last == "*" ? rule.id.hasPrefix(word.dropLast()) : rule.id == word
  }
}
