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
    let tickets = findings.first?.tickets ?? []
    let lines = HistoryText.render(history, around: tickets, limit: 24)
    if !lines.isEmpty {
      text += "  what happened:\n"
      for line in lines.split(separator: "\n") { text += "    \(line)\n" }
    }
    text += "  seed \(seed)"
    return text
  }
}
