#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A whole program that examines one backend with each rule in a process of its own: for backends that may trap, exit or
/// never come back.
///
/// ```swift
/// import CellConformance
///
/// @main struct Program {
///   static func main() async { await ConformanceProgram.run(MyBackend()) }
/// }
/// ```
///
/// Findings go to standard output, reports to `CELL_REPORT_DIR`. Exit codes: 0 conformant, 2 nonconformant, 3 inconclusive or
/// partial, 4 the reports could not be written. `CELL_SEED` repeats a run.
public enum ConformanceProgram {
  /// The argument that makes a started process play one rule.
  private static let ruleArgument = "--play-rule"

  /// Examines a blocking backend and ends the process.
  public static func run(_ backend: some BlockingCellBackend, waivers: [Waiver] = []) async -> Never {
    await run(subject: BlockingSubject(backend), waivers: waivers)
  }

  /// Examines a suspending backend and ends the process.
  public static func run(_ backend: some SuspendingCellBackend, waivers: [Waiver] = []) async -> Never {
    await run(subject: SuspendingSubject(backend), waivers: waivers)
  }

  private static func run(subject: any Subject, waivers: [Waiver]) async -> Never {
    let words = CommandLine.arguments
    if words.count == 4, words[1] == ruleArgument, let rule = RuleCatalogue.rule(words[2]), let seed = UInt64(words[3])
    {
      IsolatedChild.play(rule, subject: subject, options: RunOptions(seed: seed))
    }
    let seed = ProcessInfo.processInfo.environment["CELL_SEED"].flatMap { UInt64($0) }
    let isolation = RuleIsolation(.all) { rule, options in [ruleArgument, rule.id, String(options.seed)] }
    let run = ConformanceRun(
      subject: subject, options: RunOptions(seed: seed), waivers: waivers, isolation: isolation)
    run.setCommand("CELL_SEED=\(run.options.seed) \(words.first ?? "")")
    for rule in RuleCatalogue.all {
      let result = await run.run(rule)
      if !result.findings.isEmpty { print(result.explanation + "\n") }
    }
    let report = run.report()
    do {
      let path = try ReportWriter().write(report)
      print("\(report.summary)\nreport: \(path)")
    } catch {
      print("\(error)")
      exit(4)
    }
    switch report.result {
    case .conformant: exit(0)
    case .nonconformant: exit(2)
    case .partial, .inconclusive: exit(3)
    }
  }
}
