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
/// partial, 4 the reports could not be written, 64 called wrongly. `CELL_SEED` repeats a run; `CELL_RULES=CELL-2.*,CELL-4.03` runs a
/// part, which is partial at best.
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

  package static func run(subject: any Subject, waivers: [Waiver] = []) async -> Never {
    let words = CommandLine.arguments
    if words.count == 4, words[1] == ruleArgument, let rule = RuleCatalogue.rule(words[2]), let seed = UInt64(words[3])
    {
      IsolatedChild.play(rule, subject: subject, options: RunOptions(seed: seed))
    }
    guard words.count <= 1 else {
      refuse("it takes no arguments, and got: \(words.dropFirst().joined(separator: " "))")
    }
    let variables = ProcessInfo.processInfo.environment
    let seed = variables["CELL_SEED"].flatMap { UInt64($0) }
    if let text = variables["CELL_SEED"], seed == nil { refuse("CELL_SEED must be a whole number, and is \"\(text)\"") }
    let patterns = variables["CELL_RULES"] ?? ""
    let selection = RuleSelection(patterns)
    if let word = selection.unknown.first { refuse("CELL_RULES selects no rule by \"\(word)\"") }
    let rules = selection.rules(of: RuleCatalogue.all)
    let isolation = RuleIsolation(.all) { rule, options in [ruleArgument, rule.id, String(options.seed)] }
    let run = ConformanceRun(
      subject: subject, options: RunOptions(seed: seed), waivers: waivers, isolation: isolation)
    if let refusal = run.refusedWaivers.first { refuse(refusal) }
    run.setCommand(
      (patterns.isEmpty ? "" : "CELL_RULES='\(patterns)' ") + "CELL_SEED=\(run.options.seed) \(words.first ?? "")")
    for rule in rules {
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

  private static func refuse(_ why: String) -> Never {
    let text = Array("this program examines a cell backend: \(why)\n".utf8)
    _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(64)
  }
}
