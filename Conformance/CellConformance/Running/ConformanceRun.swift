/// One backend's way through the rules: plays them, remembers what came of each, and sums up.
public final class ConformanceRun: @unchecked Sendable {
  // @unchecked: all variables below are read and written under the monitor only.
  package let subject: any Subject
  /// How the rules are run.
  public let options: RunOptions
  private let waivers: [Waiver]
  private let isolation: RuleIsolation?
  private let reports: ReportWriter?
  private let monitor = Monitor()
  private var results: [String: RuleResult] = [:]
  private var hangs = 0
  private var rounds = 1
  private var command: String?
  private var span: (began: ContinuousClock.Instant, ended: ContinuousClock.Instant)?

  /// How many rules may hang before the rest is not played any more.
  private static let hangLimit = 12

  /// Begins a run of a blocking backend.
  ///
  /// - Parameters:
  ///   - backend: what is examined.
  ///   - options: seed, patience and effort.
  ///   - waivers: failures that are known.
  ///   - isolation: which rules get a process of their own; none without it.
  ///   - reports: where the report is written when the process has to end before the run does.
  public convenience init(
    _ backend: some BlockingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = [],
    isolation: RuleIsolation? = nil, reports: ReportWriter? = nil
  ) {
    self.init(
      subject: BlockingSubject(backend), options: options, waivers: waivers, isolation: isolation, reports: reports)
  }

  /// Begins a run of a suspending backend; parameters as for a blocking one.
  public convenience init(
    _ backend: some SuspendingCellBackend, options: RunOptions = RunOptions(), waivers: [Waiver] = [],
    isolation: RuleIsolation? = nil, reports: ReportWriter? = nil
  ) {
    self.init(
      subject: SuspendingSubject(backend), options: options, waivers: waivers, isolation: isolation, reports: reports)
  }

  package init(
    subject: any Subject, options: RunOptions, waivers: [Waiver] = [], isolation: RuleIsolation? = nil,
    reports: ReportWriter? = nil
  ) {
    self.subject = subject
    self.options = options
    self.waivers = waivers
    self.isolation = isolation
    self.reports = reports
  }

  /// Why some of the waivers are none: they name the canary, no rule, or no day.
  package var refusedWaivers: [String] { waivers.compactMap(\.refusal) }

  /// The backend's own description.
  public var manifest: BackendManifest { subject.manifest }

  /// Plays one rule and remembers the result.
  @discardableResult
  public func run(_ rule: Rule) async -> RuleResult { await run(rule, seed: options.seed) }

  private func run(_ rule: Rule, seed: UInt64) async -> RuleResult {
    let hangs = monitor.locked { () -> Int in
      if span == nil { span = (.now, .now) }
      return self.hangs
    }
    if hangs >= Self.hangLimit {
      return keep(
        RuleResult(
          rule, .inconclusive, note: "not played: \(hangs) rules hung before this one. Mend those first.", seed: seed))
    }
    var options = options
    options.seed = seed
    // A backend that hangs once hangs often; what waits longer finds no more.
    if hangs >= 2 { options.patience = min(options.patience, .short) }
    if let isolation, isolation.covers(rule) {
      return keep(await IsolatedPlayer(isolation: isolation, options: options).play(rule))
    }
    return keep(
      await RulePlayer(subject, options: options).play(rule) { result in
        self.keep(result)
        _ = try? self.reports?.write(self.report())
      })
  }

  @discardableResult
  private func keep(_ found: RuleResult) -> RuleResult {
    var result = found
    if let waiver = waivers.first(where: { $0.rule == result.rule.id }) { result.apply(waiver) }
    monitor.locked {
      // Of several rounds the worst one counts.
      if rounds == 1 || result.verdict != .passed { results[result.rule.id] = result }
      if result.isHung { hangs += 1 }
      span?.ended = .now
    }
    return result
  }

  /// Plays rules in order and sums up.
  public func run(_ rules: [Rule] = RuleCatalogue.all) async -> ConformanceReport {
    for rule in rules { await run(rule) }
    return report()
  }

  /// Plays rules round after round, each with a seed of its own that comes from the run's, until `isEnough` or a rule fails.
  ///
  /// - Parameter isEnough: asked after each round with the number of rounds and the time they took.
  public func soak(_ rules: [Rule] = RuleCatalogue.all, until isEnough: (Int, Duration) -> Bool) async
    -> ConformanceReport
  {
    var seeds = SeededRandom(seed: options.seed)
    var seed = options.seed
    while true {
      for rule in rules { _ = await run(rule, seed: seed) }
      let report = report()
      if report.count(.failed) + report.count(.inconclusive) > 0
        || isEnough(report.timing.rounds, report.timing.duration)
      {
        return report
      }
      seed = seeds.next()
      monitor.locked { rounds += 1 }
    }
  }

  /// Says by which command the run can be repeated; without it reports name `cell-conformance run`.
  package func setCommand(_ command: String) { monitor.locked { self.command = command } }

  /// What is known so far.
  public func report() -> ConformanceReport {
    let (all, rounds, span, command) = monitor.locked { (results, self.rounds, self.span, self.command) }
    return ConformanceReport(
      manifest: subject.manifest, face: subject.face, seed: options.seed,
      timing: RunTiming(
        mode: options.mode, rounds: rounds, duration: span.map { $0.began.duration(to: $0.ended) } ?? .zero),
      results: RuleCatalogue.all.compactMap { all[$0.id] },
      reproduce: command
        ?? "cell-conformance run --backend \(manifest.name) --mode \(options.mode.rawValue) --seed \(options.seed)")
  }
}

extension RuleResult {
  /// Turns a failure into a waived one while the waiver holds.
  mutating func apply(_ waiver: Waiver) {
    switch verdict {
    case .failed, .warned:
      if let refusal = waiver.refusal {
        note = "\(refusal) (\(waiver.issue))"
      } else if waiver.holds() {
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
