import CellContract
import Lifespan
import RuntimeCells
import RuntimeCellsTesting
import Testing

/// Making cells ready: several at a time, each factory once, and nothing left over from a preload that failed.
@Suite struct PreloaderTests {
  private func plan(_ names: String..., optional: Set<String> = [], concurrency: Int = 4, budget: UInt64? = nil)
    -> PreloadPlan
  {
    PreloadPlan(
      items: names.map { .init(name: $0, isRequired: !optional.contains($0), deadline: .seconds(60)) },
      maxConcurrency: concurrency, footprintBudgetBytes: budget)
  }

  @Test func `an empty plan initialises nothing`() async throws {
    let bench = Bench()
    let cells = try ["a", "b"].map { try bench.cell($0) }
    let report = try await bench.preloader(PreloadPlan(), cells.map { Bench.target($0) }).run()
    #expect(report.isSuccess)
    #expect(report.items.isEmpty)
    #expect(bench.journal.entries.isEmpty)
  }

  @Test func `each factory runs once, those of needed cells included`() async throws {
    let bench = Bench()
    let model = try bench.cell("model")
    let engine = try bench.cell("engine", needs: model)
    let other = try bench.cell("other", needs: model)
    let report = try await bench.preloader(
      plan("engine", "model", "other"), [model, engine, other].map { Bench.target($0) }
    ).run()
    #expect(report.isSuccess)
    #expect(report.items.map(\.name) == ["engine", "model", "other"])
    #expect(report.items.allSatisfy { $0.outcome == .ready })
    for name in ["model", "engine", "other"] { #expect(bench.journal.count(of: "make \(name)") == 1) }
  }

  @Test func `cells are made at the same time, as many as allowed`() async throws {
    let bench = Bench()
    let cells = try ["a", "b", "c"].map { try bench.cell($0) }
    let gates = ["a", "b", "c"].map { bench.gate($0) }
    let preloader = try bench.preloader(plan("a", "b", "c", concurrency: 2), cells.map { Bench.target($0) })
    async let report = preloader.run()
    await bench.journal.has("make a")
    await bench.journal.has("make b")
    #expect(bench.journal.count(of: "make c") == 0)
    gates[0].open()
    await bench.journal.has("make c")
    gates[1].open()
    gates[2].open()
    #expect(await report.isSuccess)
  }

  @Test func `what is made at a time stays within the footprint budget, one too large alone`() async throws {
    let bench = Bench()
    let small = try bench.cell("small")
    let huge = try bench.cell("huge")
    let tiny = try bench.cell("tiny")
    let gates = ["small", "huge", "tiny"].map { bench.gate($0) }
    let targets = [
      Bench.target(small, footprint: 60), Bench.target(huge, footprint: 1000), Bench.target(tiny, footprint: 40),
    ]
    let preloader = try bench.preloader(plan("small", "huge", "tiny", budget: 100), targets)
    async let report = preloader.run()
    await bench.journal.has("make small")
    await bench.journal.has("make tiny")
    gates[0].open()
    gates[2].open()
    await bench.journal.has("make huge")
    gates[1].open()
    #expect(await report.isSuccess)
    #expect(bench.journal.entries.last == "make huge")
  }

  @Test func `a required cell that fails ends the preload, and only what it made is closed again`() async throws {
    let bench = Bench()
    let before = try bench.cell("before")
    try await before.withValue { _ in }
    let model = try bench.cell("model")
    let engine = try bench.cell("engine", needs: model)
    let broken = try bench.cell("broken")
    bench.setBroken("broken")
    let gate = bench.gate("broken")
    let preloader = try bench.preloader(
      plan("before", "engine", "broken"), [before, model, engine, broken].map { Bench.target($0) })
    let report = await withTaskGroup(of: PreloadReport?.self) { group in
      group.addTask {
        await preloader.run { item in if item.name == "engine" { gate.open() } }
      }
      return await group.next() ?? nil
    }
    #expect(report?.isSuccess == false)
    #expect(report?.failedRequired.map(\.name) == ["broken"])
    #expect(report?.failure?.code == .preloadFailed)
    #expect(report?.rolledBack == ["engine", "model"])
    #expect(bench.journal.entries.suffix(2) == ["dispose engine", "dispose model"])
    #expect(before.isReady)
    #expect(report?.items.first { $0.name == "before" }?.outcome == .alreadyReady)
  }

  @Test func `a cell that is still being made when another fails is given up and disposed`() async throws {
    let bench = Bench()
    let slow = try bench.cell("slow")
    let broken = try bench.cell("broken")
    let held = bench.gate("slow")
    let trigger = bench.gate("broken")
    bench.setBroken("broken")
    let preloader = try bench.preloader(
      plan("slow", "broken", "never", concurrency: 2),
      [
        Bench.target(slow), Bench.target(broken), Bench.target(try bench.cell("never")),
      ])
    async let report = preloader.run()
    await bench.journal.has("make slow")
    await bench.journal.has("make broken")
    trigger.open()
    let items = await report.items
    held.open()
    #expect(items.map(\.outcome) == [.cancelled, .failed, .cancelled])
    #expect(bench.journal.count(of: "make never") == 0)
    #expect(!slow.isReady)
    #expect(slow.snapshot().live == 0)
  }

  @Test func `an optional cell that fails is a limit`() async throws {
    let bench = Bench()
    let good = try bench.cell("good")
    let bad = try bench.cell("bad")
    bench.setBroken("bad")
    let report = try await bench.preloader(
      plan("good", "bad", optional: ["bad"]), [good, bad].map { Bench.target($0) }
    ).run()
    #expect(report.isSuccess)
    #expect(report.failure == nil)
    #expect(report.rolledBack.isEmpty)
    #expect(good.isReady)
    #expect(report.limits.count == 1)
    #expect(report.limits.first?.hasPrefix("bad: preload failed") == true)
  }

  @Test func `a disabled cell is a limit, even a required one`() async throws {
    let bench = Bench()
    let report = try await bench.preloader(plan("xtr"), [.disabled("xtr", reason: "not built")]).run()
    #expect(report.isSuccess)
    #expect(report.items.first?.outcome == .disabled)
    #expect(report.limits == ["xtr: not built"])
  }

  @Test func `a cell that misses its deadline has failed, by the injected clock`() async throws {
    let bench = Bench()
    let slow = try bench.cell("slow")
    let gate = bench.gate("slow")
    let preloader = try bench.preloader(plan("slow"), [Bench.target(slow)])
    async let report = preloader.run()
    await bench.journal.has("make slow")
    await bench.clock.sleepers(1)
    bench.clock.advance(by: .seconds(59))
    #expect(bench.clock.sleeperCount == 1)
    bench.clock.advance(by: .seconds(1))
    let item = await report.items.first
    gate.open()
    #expect(item?.outcome == .failed)
    #expect((item?.error as? LifespanError)?.code == .preloadDeadline)
    #expect(item?.duration == .seconds(60))
    #expect(slow.snapshot().live == 0)
  }

  @Test func `a prewarm attempts all and keeps what became ready`() async throws {
    let bench = Bench()
    let bad = try bench.cell("bad")
    let good = try bench.cell("good")
    bench.setBroken("bad")
    let report = try await bench.preloader(
      plan("bad", "good", concurrency: 1), [bad, good].map { Bench.target($0) }
    ).run(.attemptAll)
    #expect(report.items.map(\.outcome) == [.failed, .ready])
    #expect(good.isReady)
    #expect(!report.isSuccess)
  }

  @Test func `a plan that names a cell nobody knows is refused`() throws {
    let error = #expect(throws: LifespanError.self) { try Bench().preloader(plan("ghost"), []) }
    #expect(error?.cells == ["ghost"])
  }
}
