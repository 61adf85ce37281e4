public import CellConformance
public import Testing

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
/// is cancelled with the reason. When a backend wedges the whole process, a watchdog writes the report and ends it with
/// status 3; when it traps or exits, standard error names the rule. `CELL_RULES=CELL-2.*,CELL-4.03` runs a part; reports go to `CELL_REPORT_DIR`, by default
/// `.build/cell-reports`. Import this module in test targets only.
public struct CellConformanceKit: Sendable {
  /// The rules' results so far.
  public let run: ConformanceRun
  private let sourceLocation: SourceLocation
  private let writer: ReportWriter

  /// A kit for a blocking backend.
  ///
  /// - Parameters:
  ///   - backend: what is examined.
  ///   - options: seed and patience.
  ///   - waivers: failures that are known; each ends on its day.
  ///   - reports: where reports are written.
  ///   - sourceLocation: where failures are reported.
  public init(
    _ backend: some BlockingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = [],
    reports: ReportWriter = ReportWriter(), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    run = ConformanceRun(backend, options: options, waivers: waivers, reports: reports)
    writer = reports
    self.sourceLocation = sourceLocation
  }

  /// A kit for a suspending backend; parameters as for a blocking one.
  public init(
    _ backend: some SuspendingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = [],
    reports: ReportWriter = ReportWriter(), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    run = ConformanceRun(backend, options: options, waivers: waivers, reports: reports)
    writer = reports
    self.sourceLocation = sourceLocation
  }

  /// Every rule, or those that `CELL_RULES` selects.
  public var cases: [RuleCase] { RuleCase.selected(from: RuleCatalogue.all) }

  /// The rules of one suite.
  public func cases(of suite: NamedSuite) -> [RuleCase] { RuleCase.selected(from: suite.rules) }

  /// Plays one rule and records what came of it.
  public func check(_ rule: RuleCase) async throws {
    guard let known = RuleCatalogue.rule(rule.id) else {
      Issue.record("there is no rule \(rule.id)", sourceLocation: sourceLocation)
      return
    }
    let result = await run.run(known)
    if result.verdict != .passed || run.report().isComplete {
      do { try writer.write(run.report()) } catch {
        Issue.record("\(error)", severity: .warning, sourceLocation: sourceLocation)
      }
    }
    switch result.verdict {
    case .passed: break
    case .failed, .inconclusive: Issue.record("\(result.explanation)", sourceLocation: sourceLocation)
    case .warned: Issue.record("\(result.explanation)", severity: .warning, sourceLocation: sourceLocation)
    case .waived:
      withKnownIssue("\(result.note)", sourceLocation: sourceLocation) {
        Issue.record("\(result.explanation)", sourceLocation: sourceLocation)
      }
    case .unsupported, .notApplicable:
      try Test.cancel("\(rule.id): \(result.note)", sourceLocation: sourceLocation)
    }
  }
}
