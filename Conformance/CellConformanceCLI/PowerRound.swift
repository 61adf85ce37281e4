import ArgumentParser
import CellConformance
import CellConformanceZoo
import ProblemDetails

/// `power-round`: one run of each broken or correct cell, in a process of its own because broken cells leave threads behind
/// that never end. Started by `power`.
struct PowerRound: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "power-round", abstract: "Plays one round of `power` and writes its counts to descriptor 3.",
    shouldDisplay: false)
  @Option var group: PowerGroup
  @Option var seed: UInt64
  @Option var only: String?

  func run() async throws {
    func tell(_ name: String, _ isHit: Bool, _ detail: String) {
      let page: ProblemValue = ["name": .string(name), "hit": .bool(isHit), "detail": .string(isHit ? "" : detail)]
      IsolatedChild.send(page.json + "\n")
    }
    if group == .broken {
      for cell in BrokenCell.all where only.map(cell.name.contains) ?? true {
        for (rule, reasons) in cell.killers {
          let result = await cell.play(rule, patience: .probing, seed: seed)
          let isHit = result.findings.contains { reasons.contains($0.reason) }
          tell("\(cell.name) \(rule.id)", isHit, "\(result.verdict) \(result.findings) \(result.note)")
        }
      }
    } else {
      for subject in Backends.shipped where only.map(subject.manifest.name.contains) ?? true {
        let run = ConformanceRun(subject: subject, options: RunOptions(seed: seed))
        for rule in RuleCatalogue.all {
          await run.run(rule)
          // A sign of life for the parent, which knows only what it is told.
          IsolatedChild.send("\n")
        }
        let wrong = run.report().results.filter { [.failed, .warned, .inconclusive].contains($0.verdict) }
        // The number of rules is part of the name: a run that played fewer of them proves less.
        tell(
          "\(subject.manifest.name), \(RuleCatalogue.all.count) rules", wrong.isEmpty,
          wrong.map(\.explanation).joined(separator: "\n"))
      }
    }
  }
}

/// What is counted together.
enum PowerGroup: String, ExpressibleByArgument, CaseIterable {
  case broken
  case idle = "correct"
  case loaded = "correct, loaded"
  case debug = "correct, debug build"
  case thread = "correct, thread sanitizer"

  init?(argument: String) {
    guard let found = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = found
  }

  static var allValueStrings: [String] { allCases.map { "\($0)" } }

  /// How many runs the project asks for.
  var wanted: Int64 {
    switch self {
    case .broken: 400
    case .idle, .loaded: 300
    case .debug, .thread: 50
    }
  }
}
