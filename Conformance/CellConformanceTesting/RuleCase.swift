public import CellConformance
public import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One rule as the argument of a parameterised test, so that a single one can be run again.
public struct RuleCase: Sendable, Codable, Hashable, Identifiable, CustomTestStringConvertible {
  /// The rule's id.
  public let id: String

  /// The case of a rule.
  public init(_ rule: Rule) { id = rule.id }

  /// Id, level and title.
  public var testDescription: String {
    RuleCatalogue.rule(id).map { "\($0.id) [\($0.level.rawValue)] \($0.title)" } ?? id
  }

  /// The cases of `rules` that the environment variable `CELL_RULES` names: ids separated by commas, `*` at an end for any rest.
  static func selected(from rules: [Rule]) -> [RuleCase] {
    rules.selected(by: ProcessInfo.processInfo.environment["CELL_RULES"] ?? "").map(RuleCase.init)
  }
}
