import CellContract
import Lifespan
import RuntimeCells
import RuntimeCellsTesting
import Testing

/// A required cell that failed is tried again although nobody asks for it.
@Suite struct CellKeeperTests {
  @Test func `a broken required cell is tried when its back-off has passed, and recovers`() async throws {
    let bench = Bench()
    let backoff = Backoff(initial: .seconds(10), factor: 1, cap: .seconds(10), jitter: 0)
    let cell = try bench.cell("a", policy: .backoff(backoff))
    bench.setBroken("a")
    _ = try? await cell.withValue { _ in }
    let readiness = Readiness(required: ["a"], snapshots: { bench.registry.snapshot() })
    readiness.enter(.ready)
    let keeper = CellKeeper(
      readiness: readiness, targets: [Bench.target(cell)], clock: CellClock(bench.clock), logger: Bench.logger)
    #expect(!readiness.isReady())
    await keeper.look()
    #expect(bench.journal.count(of: "make a") == 1)
    bench.setBroken("a", false)
    bench.clock.advance(by: .seconds(10))
    await keeper.look()
    #expect(bench.journal.count(of: "make a") == 2)
    #expect(readiness.isReady())
  }

  @Test func `a cold cell, and one that is not required, are left alone`() async throws {
    let bench = Bench()
    let cold = try bench.cell("cold")
    let free = try bench.cell("free")
    bench.setBroken("free")
    _ = try? await free.withValue { _ in }
    let readiness = Readiness(required: ["cold"], snapshots: { bench.registry.snapshot() })
    readiness.enter(.ready)
    await CellKeeper(
      readiness: readiness, targets: [cold, free].map { Bench.target($0) }, clock: CellClock(bench.clock),
      logger: Bench.logger
    ).look()
    #expect(bench.journal.entries == ["make free"])
  }
}
