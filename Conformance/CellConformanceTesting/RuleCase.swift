public import CellConformance
public import Testing

/// One rule as the argument of a parameterised test, so that a single one can be run again.
public struct RuleCase: Sendable, Codable, Hashable, Identifiable, CustomTestStringConvertible {
  /// The rule's id; for a word of `CELL_RULES` that fits no rule, that word.
  public let id: String

  /// The case of a rule.
  public init(_ rule: Rule) { id = rule.id }

  /// The case of a filter's word that fits no rule: it fails, so that a typing error is no green run.
  init(unknown word: String) { id = word }

  /// Id, level and title.
  public var testDescription: String {
    RuleCatalogue.rule(id).map { "\($0.id) [\($0.level.rawValue)] \($0.title)" } ?? id
  }
}
