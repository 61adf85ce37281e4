extension RuleResult {
  /// What an adopter reads when a rule fails: what is wrong, why, by which events, and where to look.
  public var explanation: String {
    var text = "\(rule.id) [\(rule.level.rawValue)] \(rule.title)\n"
    if !note.isEmpty { text += "  note: \(note)\n" }
    for finding in findings.prefix(3) {
      text += "  \(finding.reason): \(finding.message)\n"
      for step in finding.proof { text += "    \(step)\n" }
    }
    if findings.count > 3 { text += "  … and \(findings.count - 3) more findings\n" }
    text += "  spec: \(rule.spec)\n  why: \(rule.rationale)\n  check: \(rule.hint)\n"
    if !excerpt.isEmpty {
      text += "  what happened:\n"
      for line in excerpt { text += "    \(line)\n" }
    }
    text += "  seed \(seed)"
    return text
  }

  /// The part of the history that the first finding speaks of.
  package var excerpt: [String] {
    transcript?.excerpt
      ?? Self.lines(HistoryText.render(history, around: findings.first?.tickets ?? [], limit: 24))
  }

  /// The whole history in words.
  package var fullHistory: [String] { transcript?.full ?? Self.lines(HistoryText.render(history, limit: .max)) }

  private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
