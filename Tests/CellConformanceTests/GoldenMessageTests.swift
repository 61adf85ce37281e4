import CellConformance
import CellConformanceZoo
import Foundation
import Testing

/// The messages of typical failures, word for word: `Fixtures/messages`. After a change of wording that is meant:
/// `CELL_GOLDEN=write swift test --filter GoldenMessageTests`, then read the difference.
@Suite(.serialized) struct GoldenMessageTests {
  /// One typical failure: a cell that must fail, and the rule that says so.
  struct Failure: Sendable, CustomTestStringConvertible {
    let name: String
    let backend: String
    let rule: String
    /// Words of the cause that must be there whatever the file says.
    let cause: String

    init(_ name: String, _ backend: String, _ rule: String, _ cause: String) {
      (self.name, self.backend, self.rule, self.cause) = (name, backend, rule, cause)
    }

    var testDescription: String { name }
  }

  static let failures: [Failure] = [
    Failure("hang", "lock/notify-one", "CELL-2.04", "A10 lost-wakeup"),
    Failure("blocked-threads", "actor/parks-threads", "CELL-10.01", "blocked"),
    Failure("leaked-threads", "lock/leaks-threads", "CELL-10.10", "threads"),
    Failure("trap-in-disposer", "hostile/traps-in-disposer", "CELL-4.01", "the disposer of a payload trapped"),
    Failure("abort", "hostile/aborts-in-close", "CELL-4.04", "SIGABRT"),
    Failure("exit", "hostile/exits-in-get", "CELL-2.01", "exited with code 0"),
    Failure("blocked-pool", "hostile/blocks-pool", "CELL-4.01", "cooperative pool"),
    Failure("stalled-adapter", "hostile/stalls-in-problem", "CELL-8.01", "check: does `manifest`"),
    Failure(
      "declares-what-it-cannot", "lock/declares-missing-capability", "CELL-0.02", "declared without its protocol"),
    Failure("hides-what-it-can", "lock/hides-capability", "CELL-0.02", "there but not declared"),
    Failure("makes-no-cell", "wrong/makes-no-cell", "CELL-1.01", "makeCell threw"),
    Failure("foreign-errors", "wrong/foreign-errors", "CELL-2.11", "Foreign"),
    Failure("factory-never-called", "wrong/never-calls-factory", "CELL-2.01", "it must return the payload"),
    Failure("factory-called-twice", "lock/never-caches", "CELL-2.01", "factory"),
    Failure("overlapping-factories", "lock/check-then-act", "CELL-2.03", "A2 overlapping-flights"),
    Failure("payload-of-another-cell", "wrong/answers-for-another", "CELL-0.04", "A3 phantom-value"),
    Failure("stale-after-swap", "wrong/answers-with-old", "CELL-5.02", "A4 stale-after-swap"),
    Failure("resurrection", "lock/get-returns-closed-payload", "CELL-4.05", "A5 resurrection-after-close"),
    Failure("double-dispose", "lock/second-close-disposes-again", "CELL-4.02", "A6 double-dispose"),
    Failure("lost-payload", "lock/never-disposes", "CELL-4.01", "A7 lost-payload"),
    Failure("dispose-in-use", "lock/dispose-ignores-leases", "CELL-11.01", "A8 use-after-dispose"),
    Failure("failure-kept", "lock/caches-failure", "CELL-2.12", "CELL-2.12"),
    Failure("unguarded-seed", "lock/seed-unguarded", "CELL-3.01", "A11 guard-breach"),
    Failure("problem-of-wrong-type", "lock/problem-status-as-string", "CELL-8.02", "malformed-problem"),
    Failure("canary-missed", "zoo.lock-condition+canary-is-sound", "CELL-0.01", "this run proves nothing"),
  ]

  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.endings), arguments: failures)
  func `a typical failure reads as its file says`(failure: Failure) async throws {
    let text = Self.stable(try await Self.play(failure).explanation)
    #expect(text.contains(failure.cause), "\(text)")
    #expect(text.contains("check: ") && text.contains("spec: "))
    let file = Repository.root.appending(path: "Fixtures/messages/\(failure.name).txt")
    if ProcessInfo.processInfo.environment["CELL_GOLDEN"] == "write" {
      try Data(text.utf8).write(to: file)
      return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "see the comment of this suite for how to write the files anew")
  }

  @Test func `every file belongs to a failure`() throws {
    let folder = Repository.root.appending(path: "Fixtures/messages").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files == Self.failures.map { "\($0.name).txt" }.sorted())
  }

  private static func play(_ failure: Failure) async throws -> RuleResult {
    let rule = try #require(RuleCatalogue.rule(failure.rule))
    let broken = BrokenCell.all.first { $0.name == failure.backend }
    // What wedges or counts threads has a process of its own, here as on the command line.
    if let broken, !rule.canWedge { return await broken.play(rule, seed: 1) }
    let options = RunOptions(patience: .short, seed: 1)
    if let fault = WrongAnswers.Fault(rawValue: String(failure.backend.dropFirst("wrong/".count))) {
      return await RulePlayer(BlockingSubject(WrongAnswers(fault)), options: options).play(rule)
    }
    let subject = try #require(broken?.subject ?? HostileCell.all.first { $0.name == failure.backend }?.subject)
    let isolation = RuleIsolation(.all, executable: KitTool.binary.path) { rule, options in
      [
        "play-rule", "--backend", failure.backend, "--rule", rule.id, "--seed", String(options.seed), "--mode", "quick",
        "--impatient",
      ]
    }
    return await ConformanceRun(subject: subject, options: options, isolation: isolation).run(rule)
  }

  /// The message without what differs from run to run: tickets, threads, the machine's signal for a trap, and the lanes.
  static func stable(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let first = lines.firstIndex(of: "  what happened:"),
      let last = lines.lastIndex(where: { $0.hasPrefix("  seed") })
    {
      lines.replaceSubrange(lines.index(after: first)..<last, with: ["    …"])
    }
    // The first finding is the rule's own; how many more there are is chance in some.
    if let spec = lines.firstIndex(where: { $0.hasPrefix("  spec: ") }),
      let second = lines.indices.dropFirst(2).first(where: { $0 < spec && !lines[$0].hasPrefix("    ") })
    {
      lines.removeSubrange(second..<spec)
    }
    return lines.map { line in
      line.replacing(#/\bt\d+/#, with: "t…")
        // Which of several waiters a broken cell wakes is chance.
        .replacing(#/\bcaller \d+/#, with: "caller …")
        .replacing(#/\d+ factory runs were/#, with: "… factory runs were")
        .replacing(#/\[[\d, ]+\] threads/#, with: "[…] threads")
        .replacing(#/thread \d+ \S+ \S+( in \S+)?/#, with: "thread …")
        // Whether threads of other tests ran meanwhile.
        .replacing(#/no event and no running thread for [\d.]+ seconds/#, with: "no event for … seconds")
        .replacing(#/for [\d.]+ seconds, though threads of the process were running/#, with: "for … seconds")
        .replacing(#/for [\d.]+ seconds/#, with: "for … seconds")
        .replacing(#/ \(threads: .*\)$/#, with: " (threads: …)")
        .replacing(#/signal [45] \(SIG(ILL|TRAP)[^)]*\)/#, with: "signal … (a Swift trap)")
        .replacing(#/it printed: .*Fatal error/#, with: "it printed: … Fatal error")
    }.joined(separator: "\n") + "\n"
  }
}
