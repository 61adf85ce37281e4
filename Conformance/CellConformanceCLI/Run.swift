import ArgumentParser
import CellConformance
import ProblemDetails

/// `run`: one backend through the rules.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs a backend through the rules and writes the report.")
  @Option(help: "The backend; without one, every correct cell of the zoo is listed.") var backend: String
  @Option(help: "Only this rule; may be repeated.") var rule: [String] = []
  @Option(help: "Only this family; may be repeated.") var family: [Int] = []
  @Option(help: "quick, ci or soak: how many rounds races play.") var mode: Mode = .quick
  @Option(help: "The seed of everything left to chance.") var seed: UInt64?
  @Option(help: "Where reports are written.") var reports: String?
  @Flag(help: "The report as JSON on standard output.") var json = false

  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case quick, ci, soak
    var effort: Int {
      switch self {
      case .quick: 1
      case .ci: 20
      case .soak: 500
      }
    }
  }

  func run() async throws {
    let subject = try Backends.subject(backend)
    for id in rule where RuleCatalogue.rule(id) == nil { throw ValidationError("there is no rule \"\(id)\"") }
    let chosen = RuleCatalogue.all.filter {
      // The canary is part of every run: without it a pass proves nothing.
      $0.id == "CELL-0.01" || (rule.isEmpty && family.isEmpty) || rule.contains($0.id) || family.contains($0.family)
    }
    let run = ConformanceRun(subject: subject, options: RunOptions(seed: seed, effort: mode.effort))
    for rule in chosen {
      let result = await run.run(rule)
      if !json, !result.findings.isEmpty { print(result.explanation + "\n") }
    }
    let report = run.report()
    do {
      let path = try ReportWriter(directory: reports).write(report)
      print(json ? report.jsonValue.json : "\(report.summary)\nreport: \(path)")
    } catch {
      print("\(error)")
      throw Ending.kitFailed
    }
    switch report.result {
    case .nonconformant: throw Ending.nonconformant
    case .inconclusive: throw Ending.inconclusive
    case .partial:
      // A run of a part that went well is what was asked for; a whole run that is partial is not a pass.
      if report.isComplete { throw Ending.inconclusive }
    case .conformant: break
    }
  }
}
