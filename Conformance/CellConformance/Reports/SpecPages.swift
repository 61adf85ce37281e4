/// The specification as Markdown, made from the rule catalogue so that pages and checks are one thing.
package enum SpecPages {
  /// File names and texts: an index and one page for each family that has rules.
  package static var all: [(name: String, text: String)] {
    let families = Set(RuleCatalogue.all.map(\.family)).sorted()
    return [("README.md", index(families))] + families.map { (fileName($0), page($0)) }
  }

  private static func fileName(_ family: Int) -> String {
    let number = family < 10 ? "0\(family)" : "\(family)"
    let words = (RuleCatalogue.families[family] ?? "rules").lowercased().replacing(" ", with: "-")
    return "\(number)-\(words).md"
  }

  private static let mark = "<!-- Made by `cell-conformance pages` from the rule catalogue. Do not edit. -->\n"

  private static func index(_ families: [Int]) -> String {
    var text = mark + "\n# The cell contract\n\n"
    text +=
      "\(RuleCatalogue.all.count) rules. MUST, SHOULD and MAY as in RFC 2119. Each rule is a check of the kit under the same id, "
    text += "and each MUST rule is the named killer of at least one broken cell of the zoo.\n\n"
    text += "| family | suite | rules | MUST |\n|---|---|---|---|\n"
    for family in families {
      let rules = RuleCatalogue.all.filter { $0.family == family }
      let name = "\(family) \(RuleCatalogue.families[family] ?? "")"
      text += "| [\(name)](\(fileName(family))) | \(rules.first?.suite.rawValue ?? "") | \(rules.count) "
      text += "| \(rules.count { $0.level == .must }) |\n"
    }
    return text
  }

  private static func page(_ family: Int) -> String {
    let rules = RuleCatalogue.all.filter { $0.family == family }
    return mark + "\n# Family \(family): \(RuleCatalogue.families[family] ?? "")\n\n"
      + rules.map { section(of: $0) }.joined(separator: "\n")
  }

  /// One rule.
  package static func section(of rule: Rule) -> String {
    var text = "## \(rule.id) \(rule.title)\n\n"
    text += "**\(rule.level.rawValue)**, \(rule.kind.rawValue), \(rule.suite.rawValue)"
    if let face = rule.face { text += ", \(face.rawValue) backends" }
    if !rule.needs.isEmpty { text += ", needs \(rule.needs.map(\.rawValue).sorted().joined(separator: ", "))" }
    text += ".\n\n> \(rule.spec)\n\nWhy: \(rule.rationale)\n\nIf this fails: \(rule.hint)\n"
    if !rule.kills.isEmpty {
      let kills = rule.kills.map { "`\($0.defect)` (\($0.reasons.map(\.rawValue).joined(separator: " or ")))" }
      text += "\nFails the broken cells: \(kills.joined(separator: ", ")).\n"
    }
    return text
  }
}
