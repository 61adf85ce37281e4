public import CellConformance
public import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The rules as Swift Testing cases, for a backend of yours. One file in your own test target adopts all of them:
///
/// ```swift
/// import CellConformanceTesting
/// import Testing
///
/// @Suite(.serialized) struct LockCellConformance {
///   static let kit = CellConformanceKit(LockCellBackend())
///
///   @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
/// }
/// ```
///
/// A MUST rule that fails is an error at the line where the kit was made, a SHOULD rule a warning. A rule that does not apply
/// is cancelled with the reason. The report goes to `CELL_REPORT_DIR`, by default `.build/cell-reports`; when all cases had
/// their turn, one line on standard output gives the verdict, the counts and the report's path. `CELL_RULES=CELL-2.*,CELL-4.03`
/// runs a part and the canary, `CELL_SEED=7` repeats a run. When a backend wedges the whole process, a watchdog writes the
/// report and ends it with status 3; when it traps or exits, standard error names the rule. Suites that are adopted one by one
/// share one kit, or each overwrites the report of the one before. Import this module in test targets only.
public struct CellConformanceKit: Sendable {
  /// The rules' results so far.
  public let run: ConformanceRun
  private let selection: RuleSelection
  private let session: SuiteSession
  private let environment: @Sendable (String) -> String?
  private let sourceLocation: SourceLocation

  /// A kit for a blocking backend.
  ///
  /// - Parameters:
  ///   - backend: what is examined.
  ///   - options: seed and patience; `CELL_SEED` comes before the seed.
  ///   - waivers: failures that are known; each ends on its day. One that names the canary, no rule or no day is an error.
  ///   - reports: where reports are written.
  ///   - sourceLocation: where failures are reported.
  public init(
    _ backend: some BlockingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = [],
    reports: ReportWriter = ReportWriter(), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    self.init(
      subject: BlockingSubject(backend), options: options, waivers: waivers, reports: reports,
      sourceLocation: sourceLocation)
  }

  /// A kit for a suspending backend; parameters as for a blocking one.
  public init(
    _ backend: some SuspendingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = [],
    reports: ReportWriter = ReportWriter(), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    self.init(
      subject: SuspendingSubject(backend), options: options, waivers: waivers, reports: reports,
      sourceLocation: sourceLocation)
  }

  package init(
    subject: any Subject, options: RunOptions, waivers: [Waiver] = [], reports: ReportWriter,
    environment: @escaping @Sendable (String) -> String? = { ProcessInfo.processInfo.environment[$0] },
    say: @escaping @Sendable (String) -> Void = { print($0) }, sourceLocation: SourceLocation
  ) {
    var options = options
    if let seed = environment("CELL_SEED").flatMap({ UInt64($0) }) { options.seed = seed }
    run = ConformanceRun(subject: subject, options: options, waivers: waivers, reports: reports)
    selection = RuleSelection(environment("CELL_RULES"))
    session = SuiteSession(run, reports: reports, say: say)
    self.environment = environment
    self.sourceLocation = sourceLocation
  }

  /// Every rule, or those that `CELL_RULES` selects, with the canary. A word of it that fits no rule is a case that fails.
  public var cases: [RuleCase] { planned(RuleCatalogue.all) }

  /// The rules of one suite, selected in the same way, and the canary.
  public func cases(of suite: NamedSuite) -> [RuleCase] { planned(suite.rules) }

  private func planned(_ rules: [Rule]) -> [RuleCase] {
    let cases = selection.rules(of: rules).map(RuleCase.init) + selection.unknown.map(RuleCase.init(unknown:))
    session.plan(cases)
    return cases
  }

  /// Plays one rule and records what came of it.
  public func check(_ rule: RuleCase) async throws {
    begin()
    guard let known = RuleCatalogue.rule(rule.id) else {
      Issue.record(
        """
        CELL_RULES names "\(rule.id)", which fits no rule: \(RuleCatalogue.all.count) ids stand in docs/spec, and CELL-4.* \
        means all that begin so
        """, sourceLocation: sourceLocation)
      return
    }
    let result = await run.run(known)
    do { try session.end(result) } catch {
      Issue.record("\(error)", severity: .warning, sourceLocation: sourceLocation)
    }
    let text = "\(result.explanation)\n  repeat: \(command(rules: rule.id))"
    switch result.verdict {
    case .passed: break
    case .failed, .inconclusive: Issue.record("\(text)", sourceLocation: sourceLocation)
    case .warned: Issue.record("\(text)", severity: .warning, sourceLocation: sourceLocation)
    case .waived:
      withKnownIssue("\(result.note)", sourceLocation: sourceLocation) {
        Issue.record("\(text)", sourceLocation: sourceLocation)
      }
    case .unsupported, .notApplicable:
      try Test.cancel("\(rule.id): \(result.note)", sourceLocation: sourceLocation)
    }
  }

  private func begin() {
    do {
      guard try session.begin() else { return }
    } catch { Issue.record("\(error)", severity: .warning, sourceLocation: sourceLocation) }
    for refusal in run.refusedWaivers { Issue.record("\(refusal)", sourceLocation: sourceLocation) }
    run.setCommand(command(rules: environment("CELL_RULES") ?? ""))
    if let seed = environment("CELL_SEED"), UInt64(seed) == nil {
      Issue.record(
        "CELL_SEED is \"\(seed)\", which is no seed: give the whole number that a report names",
        sourceLocation: sourceLocation)
    }
  }

  /// The command that plays `rules` again, of the test that is running now.
  private func command(rules: String) -> String {
    // A test's id reads `Module.Suite/function(_:)/File.swift:1:2`.
    let test = Test.current.map { "\($0.id)".prefix { $0 != "/" && $0 != "(" } } ?? ""
    return (rules.isEmpty ? "" : "CELL_RULES='\(rules)' ") + "CELL_SEED=\(run.options.seed) swift test"
      + (test.isEmpty ? "" : " --filter \(test)")
  }
}
