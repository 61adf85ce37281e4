import CellConformance
import CellConformanceZoo
import ProblemDetails
import Testing

/// A backend that takes its process along fails one rule, and nothing hangs.
@Suite(.serialized) struct IsolationTests {
  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.endings), arguments: HostileCell.all.map(\.name))
  func `a hostile cell fails its rule and the run goes on`(name: String) async throws {
    let cell = try #require(HostileCell.all.first { $0.name == name })
    let folder = try TemporaryFolder()
    let tool = try await KitTool.run(
      ["run", "--isolate", "--backend", name, "--rule", cell.rule, "--rule", "CELL-0.02", "--seed", "1"],
      reports: folder, patience: 0.1)
    #expect(tool.status == 2, "\(tool.output)\(tool.errors)")
    let verdicts = try folder.verdicts(of: name)
    #expect(verdicts[cell.rule]?.verdict == "failed")
    #expect(verdicts[cell.rule]?.reason == cell.reason.rawValue, "\(tool.output)")
    #expect(verdicts["CELL-0.02"]?.verdict == "passed")
    #expect(tool.output.contains("check: "))
  }

  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.endings))
  func `a trap is told with its signal and its own words`() async throws {
    let tool = try await KitTool.run(
      ["run", "--isolate", "--backend", "hostile/traps-in-disposer", "--rule", "CELL-4.01", "--seed", "1"],
      reports: try TemporaryFolder())
    #expect(tool.output.contains("process-trapped: the process that played this rule was ended by signal"))
    #expect(tool.output.contains("Fatal error: the disposer of a payload trapped"))
  }

  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.endings))
  func `in one process, an exit with status 0 is not taken for success`() async throws {
    let tool = try await KitTool.run(
      ["run", "--in-process", "--backend", "hostile/exits-in-get", "--rule", "CELL-2.01"],
      reports: try TemporaryFolder())
    #expect(tool.status == 3)
    #expect(tool.errors.contains("the process died while CELL-2.01"), "\(tool.errors)")
    #expect(tool.errors.contains("check: "))
  }

  @Test(
    .enabled(if: Sanitizer.isAbsent, Sanitizer.endings),
    arguments: ["hostile/traps-in-disposer", "hostile/aborts-in-close"])
  func `in one process, a trap names the rule`(name: String) async throws {
    let tool = try await KitTool.run(
      ["run", "--in-process", "--backend", name, "--rule", "CELL-4.01"], reports: try TemporaryFolder())
    #expect(tool.wasKilled)
    #expect(tool.errors.contains("the process died while CELL-4.01"), "\(tool.errors)")
  }

  @Test(
    .enabled(if: Sanitizer.isAbsent, Sanitizer.silences),
    arguments: ["hostile/stalls-in-problem", "hostile/blocks-pool"])
  func `in one process, the watchdog writes the report and ends a process that cannot go on`(name: String) async throws
  {
    let cell = try #require(HostileCell.all.first { $0.name == name })
    let folder = try TemporaryFolder()
    let tool = try await KitTool.run(
      ["run", "--in-process", "--backend", name, "--rule", cell.rule], reports: folder, patience: 0.1)
    #expect(tool.status == 3, "\(tool.output)\(tool.errors)")
    #expect(try folder.verdicts(of: name)[cell.rule]?.reason == "process-hung")
    #expect(tool.errors.contains("process-hung: the process that played this rule cannot go on"))
  }

  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.silences))
  func `a backend that hangs in every rule does not hang the run`() async throws {
    let folder = try TemporaryFolder()
    let tool = try await KitTool.run(
      ["run", "--backend", "hostile/deadlocks-in-close", "--seed", "1"], reports: folder, patience: 0.1)
    #expect(tool.status == 3)
    let verdicts = try folder.verdicts(of: "hostile/deadlocks-in-close")
    #expect(verdicts.count == RuleCatalogue.all.count)
    #expect(verdicts.values.contains { $0.verdict == "inconclusive" })
  }

  @Test func `a result is the same after the way through a process`() async throws {
    let cell = try #require(BrokenCell.all.first { $0.name == "lock/second-close-disposes-again" })
    let rule = try #require(RuleCatalogue.rule("CELL-4.02"))
    let result = await cell.play(rule, seed: 1)
    let copy = try #require(RuleResult(rule, wire: result.wire))
    #expect(copy.explanation == result.explanation)
    #expect(copy.wire == result.wire)
  }

  @Test func `signs of life that follow the result do not hide it`() async throws {
    let cell = try #require(BrokenCell.all.first { $0.name == "lock/peek-always-nil" })
    let rule = try #require(RuleCatalogue.rule("CELL-1.01"))
    let result = await cell.play(rule, seed: 1)
    let written = ".\n.\n\n" + result.wire.json + "\n.\n.\n"
    let copy = try #require(IsolatedPlayer.result(of: rule, in: Array(written.utf8)))
    #expect(copy.verdict == .failed)
  }
}
