/// One backend's way through the rules: plays them, remembers what came of each, and sums up.
public final class ConformanceRun: @unchecked Sendable {
  // @unchecked: `results` is read and written under the monitor only.
  package let subject: any Subject
  /// How the rules are run.
  public let options: RunOptions
  private let waivers: [Waiver]
  private let monitor = Monitor()
  private var results: [String: RuleResult] = [:]

  /// Begins a run of a blocking backend.
  public convenience init(
    _ backend: some BlockingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = []
  ) {
    self.init(subject: BlockingSubject(backend), options: options, waivers: waivers)
  }

  /// Begins a run of a suspending backend.
  public convenience init(
    _ backend: some SuspendingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = []
  ) {
    self.init(subject: SuspendingSubject(backend), options: options, waivers: waivers)
  }

  package init(subject: any Subject, options: RunOptions, waivers: [Waiver] = []) {
    self.subject = subject
    self.options = options
    self.waivers = waivers
  }

  /// The backend's own description.
  public var manifest: BackendManifest { subject.manifest }

  /// Plays one rule and remembers the result.
  @discardableResult
  public func run(_ rule: Rule) async -> RuleResult {
    var result = await RulePlayer(subject, options: options).play(rule)
    if let waiver = waivers.first(where: { $0.rule == rule.id }) { result.apply(waiver) }
    monitor.locked { results[rule.id] = result }
    return result
  }

  /// Plays rules in order and sums up.
  public func run(_ rules: [Rule] = RuleCatalogue.all) async -> ConformanceReport {
    for rule in rules { await run(rule) }
    return report()
  }

  /// What is known so far.
  public func report() -> ConformanceReport {
    let all = monitor.locked { results }
    return ConformanceReport(
      manifest: subject.manifest, face: subject.face, seed: options.seed,
      results: RuleCatalogue.all.compactMap { all[$0.id] })
  }
}

extension RuleResult {
  /// Turns a failure into a waived one while the waiver holds.
  mutating func apply(_ waiver: Waiver) {
    switch verdict {
    case .failed, .warned:
      if waiver.holds() {
        verdict = .waived
        note = "waived until \(waiver.until): \(waiver.reason) (\(waiver.issue))"
      } else {
        note = "the waiver ended on \(waiver.until) (\(waiver.issue))"
      }
    case .passed: note = "passes now: the waiver (\(waiver.issue)) can go"
    default: break
    }
  }
}
