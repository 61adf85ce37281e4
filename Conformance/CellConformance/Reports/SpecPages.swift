/// The specification as Markdown, made from the rule catalogue so that pages and checks are one thing.
package enum SpecPages {
  /// File names and texts: an index and one page for each family that has rules.
  package static var all: [(name: String, text: String)] {
    let families = Set(RuleCatalogue.all.map(\.family)).sorted()
    return [("README.md", index(families))] + families.map { (fileName($0), page($0)) }
  }

  /// The suites that are the verdict.
  private static let core: [NamedSuite] = [.contentionHammer, .seedGuard, .disposer, .preload, .problemDetailsShape]

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
    text += "The core, which every backend is judged by, is five suites: "
    text += core.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    text +=
      ". `FoundationSuite` is the ground they stand on and part of every verdict; the others are for declared abilities. "
    text += "Rules of the core that need an ability apply where it is declared.\n\n"
    text += "| family | suite | core | rules | MUST |\n|---|---|---|---|---|\n"
    for family in families {
      let rules = RuleCatalogue.all.filter { $0.family == family }
      let name = "\(family) \(RuleCatalogue.families[family] ?? "")"
      let isCore = rules.first.map { core.contains($0.suite) } ?? false
      text += "| [\(name)](\(fileName(family))) | \(rules.first?.suite.rawValue ?? "") | \(isCore ? "core" : "") "
      text += "| \(rules.count) "
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
