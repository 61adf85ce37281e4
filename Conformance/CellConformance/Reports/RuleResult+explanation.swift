extension RuleResult {
  /// What an adopter reads when a rule fails: what is wrong, why, by which events, and where to look.
  public var explanation: String {
    var text = "\(rule.id) [\(rule.level.rawValue)] \(rule.title)\n"
    if !note.isEmpty { text += "  note: \(note)\n" }
    for finding in findings.prefix(3) {
      text += "  \(finding.reason): \(finding.message)\n"
      if let anomaly = foreignAnomaly(finding) {
        text +=
          "    contract: \(anomaly.sentence) (\(anomaly.rules.joined(separator: ", ")))\n    check: \(anomaly.hint)\n"
      }
      for step in finding.proof { text += "    \(step)\n" }
    }
    if findings.count > 3 { text += "  … and \(findings.count - 3) more findings\n" }
    if findings.first.flatMap(foreignAnomaly) != nil {
      text += "  found while this rule was played, which is about something else:\n"
    }
    text += "  spec: \(rule.spec)\n  why: \(rule.rationale)\n  check: \(rule.hint)\n"
    if !excerpt.isEmpty {
      text += "  what happened:\n"
      for line in excerpt { text += "    \(line)\n" }
    }
    text += "  seed \(seed)"
    return text
  }

  /// What the contract says of a finding that the rule is not about: every history is searched for every anomaly.
  private func foreignAnomaly(_ finding: Finding) -> Anomaly? {
    guard let anomaly = Anomaly.all[finding.reason], !anomaly.rules.contains(rule.id) else { return nil }
    return rule.kills.contains { $0.reasons.contains(finding.reason) } ? nil : anomaly
  }

  /// The part of the history that the first finding with a place in it speaks of.
  package var excerpt: [String] {
    let tickets = findings.lazy.map(\.tickets).first { !$0.isEmpty } ?? []
    return transcript?.excerpt ?? Self.lines(HistoryText.render(history, around: tickets, limit: 24))
  }

  /// The whole history in words.
  package var fullHistory: [String] { transcript?.full ?? Self.lines(HistoryText.render(history, limit: .max)) }

  private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
