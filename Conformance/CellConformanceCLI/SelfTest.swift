import ArgumentParser
import CellConformance
import CellConformanceZoo
import ProblemDetails

/// `self-test`: the kit against its own zoo.
struct SelfTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "self-test", abstract: "Proves the kit: broken cells must fail by name, correct ones must pass.")
  @Option(help: "The seed of everything left to chance.") var seed: UInt64?
  @Option(help: "Only broken cells whose name contains this.") var only: String?
  @Flag(help: "As JSON.") var json = false

  func validate() throws {
    if let only, !BrokenCell.all.contains(where: { $0.name.contains(only) }) {
      throw ValidationError("no broken cell's name contains \"\(only)\"")
    }
  }

  func run() async throws {
    var faults: [String] = []
    var caught = 0
    var byName = 0
    let broken = BrokenCell.all.filter { only == nil || $0.name.contains(only ?? "") }
    for cell in broken {
      var isCaught = false
      var isNamed = !cell.killers.isEmpty
      for (rule, reasons) in cell.killers {
        let result = await cell.play(rule, seed: seed)
        if !result.findings.isEmpty { isCaught = true }
        if !result.findings.contains(where: { reasons.contains($0.reason) }) {
          isNamed = false
          faults.append("\(cell.name): \(rule.id) came out as \(result.verdict.rawValue), not for \(reasons)")
        }
      }
      caught += isCaught ? 1 : 0
      byName += isNamed ? 1 : 0
    }
    var passed = 0
    for cell in CorrectCell.all {
      let report = await ConformanceRun(subject: cell.subject, options: RunOptions(seed: seed)).run()
      if report.count(.failed) + report.count(.warned) + report.count(.inconclusive) == 0 {
        passed += 1
      } else {
        faults.append(report.summary)
        for result in report.results where !result.findings.isEmpty { faults.append(result.explanation) }
      }
    }
    let must = RuleCatalogue.all.filter { $0.level == .must }
    let killers = Set(BrokenCell.all.flatMap(\.killers).map(\.rule.id))
    let withKill = must.count { killers.contains($0.id) }
    if json {
      let page: ProblemValue = [
        "broken": [
          "total": .integer(Int64(broken.count)), "caught": .integer(Int64(caught)),
          "caught_by_named_rule": .integer(Int64(byName)),
        ],
        "correct": ["total": .integer(Int64(CorrectCell.all.count)), "passed": .integer(Int64(passed))],
        "rules": [
          "total": .integer(Int64(RuleCatalogue.all.count)), "must": .integer(Int64(must.count)),
          "must_with_a_kill": .integer(Int64(withKill)),
        ],
        "faults": .array(faults.map { .string($0) }),
      ]
      print(page.json)
    } else {
      for fault in faults { print(fault) }
      print(
        """
        broken cells: \(broken.count), caught \(caught), by the named rule for the named reason \(byName)
        correct cells: \(CorrectCell.all.count), passed \(passed)
        rules: \(RuleCatalogue.all.count), MUST \(must.count), with a broken cell to their name \(withKill)
        """)
    }
    if !faults.isEmpty || withKill < must.count { throw Ending.kitFailed }
  }
}
