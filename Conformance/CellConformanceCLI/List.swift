import ArgumentParser
import CellConformance
import ProblemDetails

/// `list`: every rule.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists every rule: id, level, kind and title.")
  @Option(help: "Only this family.") var family: Int?
  @Flag(help: "As JSON.") var json = false

  func run() throws {
    let rules = RuleCatalogue.all.filter { family == nil || $0.family == family }
    if rules.isEmpty { throw ValidationError("there are no rules in family \(family ?? 0)") }
    if json {
      let list = rules.map { rule -> ProblemValue in
        [
          "id": .string(rule.id), "level": .string(rule.level.rawValue), "kind": .string(rule.kind.rawValue),
          "title": .string(rule.title), "suite": .string(rule.suite.rawValue),
        ]
      }
      return print(ProblemValue.array(list).json)
    }
    for rule in rules {
      print("\(rule.id.padded(11)) \(rule.level.rawValue.padded(7)) \(rule.kind.rawValue.padded(14)) \(rule.title)")
    }
  }
}

extension String {
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
