import Lifespan
import RuntimeCells
import RuntimeCellsTesting
import Testing

/// How much of a shutdown's time is left.
@Suite struct DrainBudgetTests {
  @Test func `all of it before the beginning, less as time passes, a little at the end`() {
    let clock = ManualClock()
    let budget = DrainBudget(limit: .seconds(10), clock: CellClock(clock))
    clock.advance(by: .seconds(100))
    #expect(budget.remaining == .seconds(10))
    budget.begin()
    clock.advance(by: .seconds(4))
    budget.begin()
    #expect(budget.remaining == .seconds(6))
    clock.advance(by: .seconds(60))
    #expect(budget.remaining == DrainBudget.least)
    #expect(DrainBudget(limit: nil).remaining == nil)
  }

  @Test func `the gate begins it, and the delay counts`() async throws {
    let clock = ManualClock()
    let readiness = Readiness(snapshots: { [] })
    let budget = DrainBudget(limit: .seconds(10), clock: CellClock(clock))
    let gate = DrainGate(
      readiness: readiness, delay: .seconds(3), clock: CellClock(clock), budget: budget, logger: Bench.logger)
    let task = Task { try await gate.run() }
    task.cancel()
    try await task.value
    clock.advance(by: .seconds(2))
    #expect(budget.remaining == .seconds(8))
  }
}
