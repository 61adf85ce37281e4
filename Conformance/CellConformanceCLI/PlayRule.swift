import ArgumentParser
import CellConformance

/// `play-rule`: one rule in a process of its own; started by `run`, not by people.
struct PlayRule: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play-rule", abstract: "Plays one rule and writes its result to descriptor 3.", shouldDisplay: false)
  @Option var backend: String
  @Option var rule: String
  @Option var seed: UInt64
  @Option var mode: RunMode
  @Flag var impatient = false

  func run() throws {
    guard let rule = RuleCatalogue.rule(rule) else { throw ValidationError("there is no rule \"\(rule)\"") }
    let options = RunOptions(patience: impatient ? .short : .standard, seed: seed, mode: mode)
    IsolatedChild.play(rule, subject: try Backends.subject(backend), options: options)
  }

  /// The plan by which this program starts itself.
  static func isolation(_ scope: RuleIsolation.Scope, backend: String) -> RuleIsolation {
    RuleIsolation(scope) { rule, options in
      let words = [
        configuration.commandName ?? "", "--backend", backend, "--rule", rule.id, "--seed", String(options.seed),
        "--mode", options.mode.rawValue,
      ]
      return words + (options.patience < .standard ? ["--impatient"] : [])
    }
  }
}
