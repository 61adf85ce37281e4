/// Something that a rule forbids.
public struct ProblemFinding: Sendable, Hashable, CustomStringConvertible {
  /// The rule.
  public let rule: ProblemRule
  /// What was found, and where.
  public let message: String

  init(_ rule: ProblemRule, _ message: String) {
    self.rule = rule
    self.message = message
  }

  /// Rule, finding, and the sentence that it breaks.
  public var description: String {
    "\(rule.id) [\(rule.level.rawValue)] \(message) (\(rule.sentence) \(rule.source))"
  }
}
