public import ArgumentParser
public import CellConformance
import ProblemDetails

/// `run`: one backend through the rules.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs a backend through the rules and writes the report.")
  @Option(help: "The backend; an unknown name lists them.") var backend: String
  @Option(help: "Only this rule; may be repeated.") var rule: [String] = []
  @Option(help: "Only this family; may be repeated.") var family: [Int] = []
  @Option(help: "quick (2 s at most), ci (a minute at most) or soak (rounds, see --seconds and --rounds).")
  var mode: RunMode = .quick
  @Option(help: "How long a soak goes on; the round under way is finished.") var seconds: Int?
  @Option(help: "How many rounds a soak has.") var rounds: Int?
  @Option(help: "The seed of everything left to chance.") var seed: UInt64?
  @Option(help: "Where reports are written.") var reports: String?
  @Flag(help: "Give every rule a process of its own; families that can wedge a process always have one.")
  var isolate = false
  @Flag(help: "Give no rule a process of its own, not even those that can wedge one.") var inProcess = false
  @Flag(help: "The report as JSON on standard output.") var json = false

  func validate() throws {
    if mode != .soak, seconds != nil || rounds != nil {
      throw ValidationError("--seconds and --rounds belong to --mode soak")
    }
    if let seconds, seconds < 1 { throw ValidationError("--seconds must be at least 1") }
    if let rounds, rounds < 1 { throw ValidationError("--rounds must be at least 1") }
    if isolate, inProcess { throw ValidationError("--isolate and --in-process exclude each other") }
    for id in rule where RuleCatalogue.rule(id) == nil {
      throw ValidationError("there is no rule \"\(id)\"; `cell-conformance list` shows all")
    }
    for number in family where !RuleCatalogue.all.contains(where: { $0.family == number }) {
      throw ValidationError("there are no rules in family \(number)")
    }
  }

  func run() async throws {
    let subject = try Backends.subject(backend)
    let chosen = RuleCatalogue.all.filter {
      // The canary is part of every run: without it a pass proves nothing.
      $0.id == "CELL-0.01" || (rule.isEmpty && family.isEmpty) || rule.contains($0.id) || family.contains($0.family)
    }
    let writer = ReportWriter(directory: reports)
    let isolation = inProcess ? nil : PlayRule.isolation(isolate ? .all : .wedging, backend: backend)
    let run = ConformanceRun(
      subject: subject, options: RunOptions(seed: seed, mode: mode), isolation: isolation, reports: writer)
    let report = await play(chosen, in: run)
    do {
      let path = try writer.write(report)
      print(json ? report.jsonValue.json : "\(report.summary)\nreport: \(path)")
    } catch {
      print("\(error)")
      throw Ending.kitFailed
    }
    try Ending.of(report)
  }

  private func play(_ rules: [Rule], in run: ConformanceRun) async -> ConformanceReport {
    guard mode == .soak else {
      for rule in rules { show(await run.run(rule)) }
      return run.report()
    }
    let limit = rounds ?? (seconds == nil ? 10 : .max)
    let report = await run.soak(rules) { count, time in
      count >= limit || seconds.map { time >= .seconds($0) } ?? false
    }
    for result in report.results { show(result) }
    return report
  }

  private func show(_ result: RuleResult) {
    if !json, !result.findings.isEmpty { print(result.explanation + "\n") }
  }
}

extension RunMode: ExpressibleByArgument {}
