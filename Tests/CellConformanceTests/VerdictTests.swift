import CellConformance
import CellConformanceZoo
import Testing

/// What a run says about a backend, from what came of its rules.
@Suite(.serialized) struct VerdictTests {
  private func rules(_ ids: String...) throws -> [Rule] { try ids.map { try #require(RuleCatalogue.rule($0)) } }

  private func broken(_ name: String) throws -> any Subject {
    try #require(BrokenCell.all.first { $0.name == name }).subject
  }

  @Test func `a run without the canary proves nothing`() async throws {
    let report = await ConformanceRun(LockBackend()).run(try rules("CELL-1.01"))
    #expect(report.result == .inconclusive)
  }

  @Test func `a run of a part is partial, however well it went`() async throws {
    let report = await ConformanceRun(LockBackend()).run(try rules("CELL-0.01", "CELL-1.01"))
    #expect(report.result == .partial)
    #expect(report.count(.passed) == 2)
  }

  @Test func `a MUST rule that fails makes a backend nonconformant`() async throws {
    let subject = try broken("lock/peek-always-nil")
    let report = await ConformanceRun(subject: subject, options: RunOptions(seed: 1)).run(
      try rules("CELL-0.01", "CELL-1.01"))
    #expect(report.result == .nonconformant)
    #expect(report.junit.contains("<failure type=\"wrong-value\">"))
    #expect(report.badge.contains("nonconformant 1/2"))
  }

  @Test func `a waiver holds until its day and is shown`() async throws {
    let subject = try broken("lock/peek-always-nil")
    let chosen = try rules("CELL-0.01", "CELL-1.01")
    for (until, verdict) in [("9999-12-31", RuleResult.Verdict.waived), ("2020-01-01", .failed), ("soon", .failed)] {
      let waiver = Waiver("CELL-1.01", reason: "known", issue: "https://example.org/1", until: until)
      let run = ConformanceRun(subject: subject, options: RunOptions(seed: 1), waivers: [waiver])
      let report = await run.run(chosen)
      #expect(report.results.last?.verdict == verdict, "until \(until)")
      #expect(report.results.last?.note.contains("https://example.org/1") == true)
    }
  }

  @Test(arguments: [
    ("2027-01-31", true), ("2028-02-29", true), ("2027-99-99", false), ("2027-02-29", false), ("2027-00-10", false),
    ("2027-04-31", false), ("2027-1-31", false), ("２０２７-01-31", false), ("", false),
  ])
  func `a waiver ends on a day of the calendar`(until: String, isDay: Bool) {
    let waiver = Waiver("CELL-1.01", reason: "known", issue: "https://example.org/1", until: until)
    #expect(waiver.holds(on: "2027-01-01") == isDay)
    #expect((waiver.refusal == nil) == isDay)
  }

  @Test func `the canary cannot be waived`() async throws {
    var options = RunOptions(seed: 1)
    options.canary = BlockingSubject(LockBackend())
    let waiver = Waiver("CELL-0.01", reason: "known", issue: "https://example.org/1", until: "9999-12-31")
    let run = ConformanceRun(subject: BlockingSubject(LockBackend()), options: options, waivers: [waiver])
    let report = await run.run(try rules("CELL-0.01", "CELL-1.01"))
    #expect(report.results.first?.verdict == .failed)
    #expect(report.results.first?.note.contains("refused") == true)
    #expect(report.result == .inconclusive)
    #expect(run.refusedWaivers.count == 1)
  }

  @Test(arguments: ["zoo.lock-condition", "zoo.actor", "zoo.atomics"])
  func `abilities beyond the core are not needed for a verdict`(name: String) async throws {
    let cell = try #require(CorrectCell.all.first { $0.name == name })
    let report = await ConformanceRun(subject: cell.subject, options: RunOptions(seed: 1)).run()
    #expect(report.result == .conformant, "\(report.summary)")
  }

  @Test func `a SHOULD rule that fails is a warning`() async throws {
    let subject = try broken("lock/error-without-name")
    let report = await ConformanceRun(subject: subject, options: RunOptions(seed: 1)).run(
      try rules("CELL-0.01", "CELL-2.15"))
    #expect(report.results.last?.verdict == .warned)
    #expect(report.result == .partial)
  }

  @Test func `an ability that is not declared is unsupported, with the reason`() async throws {
    let subject = try broken("lock/declares-missing-capability")
    let report = await ConformanceRun(subject: subject, options: RunOptions(seed: 1)).run(try rules("CELL-3.01"))
    #expect(report.results.last?.verdict == .unsupported)
    #expect(report.results.last?.note == "the backend does not declare: seeding")
  }

  @Test func `a failure names the rule, the anomaly, its proof, the sentence and what to check`() async throws {
    let subject = try broken("lock/second-close-disposes-again")
    let result = await RulePlayer(subject, options: RunOptions(seed: 1)).play(
      try #require(RuleCatalogue.rule("CELL-4.02")))
    let text = result.explanation
    #expect(text.hasPrefix("CELL-4.02 [MUST] A second close does nothing\n  A6 double-dispose: three closes disposed"))
    for part in [
      "a disposer of #1 begins", "spec: close() on a closed cell", "check: Is the payload taken out", "seed 1",
    ] {
      #expect(text.contains(part), "\(text)")
    }
  }
}
