import ArgumentParser
import CellConformance
import CellConformanceZoo
import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `power`: how surely broken cells are caught and correct ones pass, counted over many runs.
struct Power: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Counts over many runs how often broken cells are caught and correct ones pass.")
  @Option(help: "The file in which the counts add up.") var file = "docs/reports/power.json"
  @Option(help: "The page made from it.") var page = "docs/power.md"
  @Option(help: "Runs to add.") var runs = 1
  @Flag(help: "Add to the counts of the file; otherwise begin anew.") var resume = false
  @Option(help: "Only cells whose name contains this.") var only: String?

  func run() async throws {
    var ledger = PowerLedger(json: resume ? FileManager.default.contents(atPath: file) : nil)
    for _ in 0..<runs {
      let seed = UInt64.random(in: 0...UInt64.max)
      for cell in BrokenCell.all where only.map(cell.name.contains) ?? true {
        for (rule, reasons) in cell.killers {
          let result = await cell.play(rule, seed: seed)
          let isHit = result.findings.contains { reasons.contains($0.reason) }
          ledger.add("broken", "\(cell.name) \(rule.id)", isHit: isHit, seed: seed)
        }
      }
      for cell in CorrectCell.all where only.map(cell.name.contains) ?? true {
        let report = await ConformanceRun(subject: cell.subject, options: RunOptions(seed: seed)).run()
        let isHit = report.count(.failed) + report.count(.warned) + report.count(.inconclusive) == 0
        ledger.add("correct", cell.name, isHit: isHit, seed: seed)
      }
      // After each run, so that an interrupted night keeps what it counted.
      try write(ledger.json, to: file)
      try write(ledger.markdown, to: page)
    }
    print(ledger.summary)
  }

  private func write(_ text: String, to path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url, options: .atomic)
  }
}
