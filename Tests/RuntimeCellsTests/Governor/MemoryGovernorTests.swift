import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct MemoryGovernorTests {
  @Test func `short memory pauses new payloads and resumes with hysteresis`() async throws {
    let world = try GovernorWorld(closesIdleCells: false)
    let old = world.cell("old", 1)
    _ = try await old.lease()
    let cell = world.cell("c", 1)
    try await world.read(usage: 899)
    #expect(!world.governor.snapshot().isPaused)
    try await world.read(usage: 900)
    #expect(cell.snapshot().detail == .paused)
    let error = await expectError(.notAdmitted) { try await cell.lease().generation }
    #expect(error?.cell == "c" && error?.message.contains("900 of 1000") == true)
    #expect(error?.retryAfter == .seconds(2))
    #expect(try await old.withValue { $0.number } == 1, "what is there serves on")
    let born = world.cell("born", 1)
    #expect(born.snapshot().detail == .paused, "cells made meanwhile are paused too")
    try await world.read(usage: 700)
    #expect(cell.snapshot().detail == .paused)
    try await world.read(usage: 699)
    #expect(cell.snapshot().detail == .idle)
    #expect(try await cell.withValue { $0.number } == 2)
    #expect(try await born.withValue { $0.number } == 3)
  }

  @Test func `stalls count as short memory`() async throws {
    let world = try GovernorWorld(closesIdleCells: false)
    let cell = world.cell("c", 1)
    try await world.read(limit: nil, usage: 5, pressure: 0.2)
    let error = await expectError(.notAdmitted) { try await cell.lease().generation }
    #expect(error?.message.contains("20 %") == true)
    try await world.read(limit: nil, usage: 5, pressure: 0.15)
    #expect(world.governor.snapshot().isPaused)
    try await world.read(limit: nil, usage: 5, pressure: 0.05)
    #expect(try await cell.withValue { $0.number } == 1)
  }

  @Test func `idle cells go by priority, then by last use, then by size, and no more than needed`() async throws {
    let world = try GovernorWorld(budget: 10_000)
    let important = world.cell("important", 100, priority: 1)
    let fresh = world.cell("fresh", 100)
    let small = world.cell("small", 50)
    let large = world.cell("large", 80)
    let cells = [important, fresh, small, large]
    for cell in cells { _ = try await cell.lease() }
    try await world.read(usage: 0)
    world.clock.advance(by: .seconds(2))
    // A read that takes no lease counts as a use as well.
    #expect(fresh.withValueIfReady { $0.number } == 2)
    try await world.read(usage: 0)
    func ready() -> [Bool] { cells.map(\.isReady) }
    try await world.read(limit: 1000, usage: 910)  // 210 above the goal: large and small make 130, fresh the rest
    await until { world.ledger.disposed == 3 }
    #expect(ready() == [true, false, false, false])
    for cell in cells.dropFirst() {
      await expectError(.notAdmitted) { try await cell.lease().generation }
    }
    try await world.read(usage: 0)
    for cell in cells { _ = try await cell.lease() }
    try await world.read(usage: 0)
    world.clock.advance(by: .seconds(2))
    #expect(small.withValueIfReady { $0.number } != nil)
    #expect(fresh.withValueIfReady { $0.number } != nil)
    try await world.read(usage: 0)
    try await world.read(limit: 100, usage: 90)  // 20 above the goal: one is enough
    await until { world.ledger.disposed == 4 }
    #expect(ready() == [true, true, true, false])
  }

  @Test func `a cell in use, being made or being swapped is not closed`() async throws {
    let world = try GovernorWorld(budget: 10_000)
    let gate = Gate()
    let used = world.cell("used", 100)
    let lease = try await used.lease()
    let made = world.cell("made", 100) { await gate.pass() }
    let making = Task { try await made.lease().generation }
    await gate.arrived()
    try await world.read(usage: 950)
    #expect(world.governor.snapshot().closedForRoom == 0)
    gate.open()
    _ = try await making.value
    #expect(used.isReady)
    lease.release()
  }

  @Test func `readings are taken at the interval of the clock, and a source that fails keeps the last one`()
    async throws
  {
    let world = try GovernorWorld(usage: 950)
    world.governor.start()
    world.governor.start()
    await world.clock.sleepers(1)
    #expect(world.memory.reads.withLock { $0 } == 1)
    #expect(world.governor.snapshot().isPaused)
    world.memory.isBroken.set()
    world.clock.advance(by: .seconds(2))
    await until { world.governor.snapshot().readingError != nil }
    #expect(world.governor.snapshot().reading?.usage == 950)
    await world.clock.sleepers(1)
    world.governor.stop()
    await until { world.clock.sleeperCount == 0 }
    await #expect(throws: TestError.self) { try await world.governor.sample() }
  }

  @Test func `cells that are gone are forgotten, with what they held`() async throws {
    let world = try GovernorWorld(budget: 100)
    var cell: RuntimeCell<Probe>? = world.cell("c", 60)
    _ = try await cell?.lease()
    #expect(world.governor.snapshot().held == 60)
    cell = nil
    await until { world.governor.snapshot().cells == 0 }
    #expect(world.governor.snapshot().held == 0)
    #expect(world.ledger.disposed == 1)
  }

  @Test func `the cells of a pool are governed too`() async throws {
    let world = try GovernorWorld(budget: 100)
    let ledger = world.ledger
    let pool = try CellPool<Int, Probe>(
      name: "p", options: .init(maxKeys: 10),
      configuration: .init(memory: .init(governor: world.governor, footprint: 40))
    ) { _ in ledger.make() }
    for key in 1...4 { _ = try await pool.withValue(for: key) { $0.number } }
    #expect(ledger.built == 4 && ledger.built - ledger.disposed <= 2)
    let error = await expectError(.invalidArgument) { _ = try GovernorWorld(budget: 1, pressureAbove: 0) }
    #expect(error?.message.contains("pressureAbove") == true)
  }
}
