import ArgumentParser
import CellConformance

/// `explain`: all that is known of one rule.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explains one rule: the sentence, why it stands, what to check.")
  @Argument(help: "A rule's id, such as CELL-2.03.") var rule: String

  func run() throws {
    guard let rule = RuleCatalogue.rule(rule) else {
      throw ValidationError("there is no rule \"\(rule)\"; `cell-conformance list` shows all")
    }
    print(SpecPages.section(of: rule))
  }
}
