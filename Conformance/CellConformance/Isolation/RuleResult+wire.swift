package import ProblemDetails

extension RuleResult {
  /// The result as it crosses from one process to another: what the report says, and the history in words.
  package var wire: ProblemValue {
    guard var members = jsonValue.objectValue else { return .null }
    members["seed"] = .string(String(seed))
    members["is_hung"] = .bool(isHung)
    members["excerpt"] = .array(excerpt.map { .string($0) })
    members["history"] = .array(findings.isEmpty ? [] : fullHistory.map { .string($0) })
    return .object(members)
  }

  /// Reads what ``wire`` gave; nil when it is anything else.
  package init?(_ rule: Rule, wire page: ProblemValue) {
    guard let members = page.objectValue, members["id"]?.stringValue == rule.id,
      let verdict = members["verdict"]?.stringValue.flatMap(Verdict.init(rawValue:)),
      let findings = members["findings"]?.arrayValue
    else { return nil }
    self.init(
      rule, verdict, findings: findings.compactMap(Self.finding), note: members["note"]?.stringValue ?? "",
      overlapUnproven: members["overlap_unproven"]?.integerValue.map(Int.init) ?? 0,
      duration: .nanoseconds(Int64((Self.number(members["milliseconds"]) * 1_000_000).rounded())),
      seed: members["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0)
    transcript = Transcript(excerpt: Self.texts(members["excerpt"]), full: Self.texts(members["history"]))
    isHung = members["is_hung"] == .bool(true)
  }

  private static func finding(_ value: ProblemValue) -> Finding? {
    guard let members = value.objectValue, let reason = members["reason"]?.stringValue else { return nil }
    return Finding(
      Reason(rawValue: reason), members["message"]?.stringValue ?? "", proof: texts(members["proof"]))
  }

  private static func texts(_ value: ProblemValue?) -> [String] { value?.arrayValue?.compactMap(\.stringValue) ?? [] }

  private static func number(_ value: ProblemValue?) -> Double {
    switch value {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: 0
    }
  }
}
