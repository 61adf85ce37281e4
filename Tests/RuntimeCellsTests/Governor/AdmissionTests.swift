import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct AdmissionTests {
  @Test func `what fits is made at once, what does not waits in turn until there is room`() async throws {
    let world = try GovernorWorld(budget: 100, closesIdleCells: false)
    let order = Box<String>()
    let a = world.cell("a", 60)
    let b = world.cell("b", 50) { order.add("b") }
    let c = world.cell("c", 10) { order.add("c") }
    _ = try await a.lease()
    let second = Task { try await b.lease().generation }
    await until { world.governor.snapshot().waiting == 1 }
    // It would fit, but came later.
    let third = Task { try await c.lease().generation }
    await until { world.governor.snapshot().waiting == 2 }
    #expect(b.snapshot().detail == .building && order.values.isEmpty)
    #expect(world.governor.snapshot().held == 60)
    try await a.close()
    _ = try await second.value
    _ = try await third.value
    #expect(Set(order.values) == ["b", "c"])
    #expect(world.governor.snapshot().held == 60)
    #expect(world.governor.snapshot().waiting == 0)
  }

  @Test func `what can never fit is refused at once, with the figures`() async throws {
    let world = try GovernorWorld(budget: 100)
    let error = await expectError(.tooLarge) { try await world.cell("huge", 101).lease().generation }
    #expect(error?.message.contains("101") == true && error?.message.contains("100") == true)
    #expect(world.ledger.built == 0)
    #expect(world.governor.snapshot().refused == 1)
    #expect(try await world.cell("large", 100).withValue { $0.number } == 1)
  }

  @Test func `the budget is a share of the limit that was read`() async throws {
    let world = try GovernorWorld()
    let cell = world.cell("c", 901)
    try await world.read(usage: 0)
    #expect(world.governor.snapshot().budget == 900)
    await expectError(.tooLarge) { try await cell.lease().generation }
    try await world.read(limit: 2000, usage: 0)
    #expect(try await cell.withValue { $0.number } == 1)
    // Nothing known of a limit: nothing is refused.
    try await world.read(limit: nil, usage: 0)
    let endless = world.cell("d", .max)
    #expect(try await endless.withValue { $0.number } == 2)
    #expect(world.governor.snapshot().held == .max)
    #expect(endless.isReady && cell.isReady)
  }

  @Test func `the wait for room ends at its deadline, at the caller's, and at a close`() async throws {
    let world = try GovernorWorld(budget: 100, closesIdleCells: false)
    let a = world.cell("a", 100)
    _ = try await a.lease()
    let b = world.cell("b", 10)
    let late = Task { try await b.lease().generation }
    await world.clock.sleepers(1)
    world.clock.advance(by: .seconds(30))
    let error = await expectError(.notAdmitted) { try await late.value }
    #expect(error?.message.contains("10 bytes") == true)
    #expect(b.snapshot().initState == .empty)
    let hasty = Task { try await b.lease(deadline: .seconds(1)).generation }
    await until { world.governor.snapshot().waiting == 1 }
    await world.clock.sleepers(2)
    world.clock.advance(by: .seconds(1))
    await expectError(.warmingUp) { try await hasty.value }
    #expect(world.governor.snapshot().waiting == 1, "it waits on for later callers")
    let closed = Task { try await b.lease().generation }
    await until { b.snapshot().waiters == 1 }
    #expect(try await b.close() == .ok)
    await expectError(.closed) { try await closed.value }
    #expect(world.governor.snapshot().waiting == 0)
    #expect(world.ledger.built == 1)
    try await a.close()
    #expect(world.governor.snapshot().held == 0)
    #expect(try await b.withValue { $0.number } == 2)
  }

  @Test func `an idle cell is closed to make room, one in use is not`() async throws {
    let world = try GovernorWorld(budget: 100)
    let a = world.cell("a", 60)
    let lease = try await a.lease()
    let b = world.cell("b", 30)
    _ = try await b.lease()
    let c = world.cell("c", 40)
    #expect(try await c.withValue { $0.number } == 3)
    #expect(a.isReady && !b.isReady)
    #expect(world.governor.snapshot().closedForRoom == 1)
    lease.release()
  }

  @Test func `what was read to be taken counts too, and what was made since`() async throws {
    let world = try GovernorWorld(closesIdleCells: false)
    try await world.read(usage: 700)
    _ = try await world.cell("a", 150).lease()
    // 900 less 700 less 150: by declaration there would be plenty.
    let b = world.cell("b", 100)
    let waiting = Task { try await b.lease().generation }
    await until { world.governor.snapshot().waiting == 1 }
    try await world.read(usage: 790)
    _ = try await waiting.value
  }

  @Test func `a factory whose inner cell can never fit beside it is told so at once`() async throws {
    let world = try GovernorWorld(budget: 100)
    let b = world.cell("b", 50)
    let a = world.cell("a", 60) { _ = try await b.lease() }
    let error = await expectError(.initializationFailed) { try await a.lease().generation }
    let inner = error?.underlying as? CellError
    #expect(inner?.code == .tooLarge)
    #expect(inner?.message.contains("60") == true)
    #expect(world.governor.snapshot().held == 0)
    // By itself it fits, and so does the outer one once the inner one is there and idle.
    #expect(try await b.withValue { $0.number } == 1)
  }

  @Test func `what a factory waits for goes before what came earlier`() async throws {
    let world = try GovernorWorld(budget: 100)
    let gate = Gate()
    let b = world.cell("b", 30)
    let a = world.cell("a", 60) {
      await gate.pass()
      _ = try await b.lease()
    }
    let outer = Task { try await a.withValue { $0.number } }
    await gate.arrived()
    let x = world.cell("x", 50)
    let other = Task { try await x.withValue { $0.number } }
    await until { world.governor.snapshot().waiting == 1 }
    gate.open()
    #expect(try await outer.value == 2)
    // Now both are idle, which the next reading finds, and one goes for the one that waited.
    try await world.governor.sample()
    #expect(try await other.value == 3)
  }

  @Test func `two factories that wait for each other's memory: one is refused, the other goes on`() async throws {
    let world = try GovernorWorld(budget: 100)
    let gate = Gate()
    let inner = [world.cell("b1", 30), world.cell("b2", 30)]
    let outer = inner.map { inner in
      world.cell("outer of \(inner.name)", 45) {
        await gate.pass()
        _ = try await inner.lease()
      }
    }
    let calls = outer.map { cell in Task { try await cell.withValue { $0.number } } }
    await gate.arrived(2)
    gate.open()
    var results: [Bool] = []
    for call in calls {
      switch await call.result {
      case .success: results.append(true)
      case .failure(let error):
        results.append(false)
        #expect(((error as? CellError)?.underlying as? CellError)?.code == .tooLarge)
      }
    }
    #expect(results.contains(true) && results.contains(false))
  }

  @Test func `a swap that does not fit beside the old payload is refused, or lets the old one go first`() async throws {
    let world = try GovernorWorld(budget: 100)
    let authority = SwapAuthority()
    let cell = RuntimeCell<Probe>(
      name: "c",
      configuration: .init(
        environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority,
        memory: .init(governor: world.governor, footprint: 60))
    ) { [ledger = world.ledger] in ledger.make() }
    _ = try await cell.lease()
    let permit = authority.permit(reason: "test")
    let error = await expectError(.tooLarge) { try await cell.swap(permit: permit) }
    #expect(error?.message.contains(".automatic") == true)
    #expect(cell.isReady && world.ledger.disposed == 0)
    let seen = Box<Int>()
    let ledger = world.ledger
    try await cell.swap(
      permit: permit, options: .init(policy: .automatic),
      factory: .blocking {
        seen.add(ledger.disposed)
        return ledger.make()
      })
    #expect(seen.values == [1], "the old one was gone before the new one was made")
    #expect(cell.generation == CellGeneration(2))
    let small = RuntimeCell<Probe>(
      name: "s",
      configuration: .init(
        environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority,
        memory: .init(governor: world.governor, footprint: 20))
    ) { ledger.make() }
    _ = try await small.lease()
    try await small.swap(
      permit: permit, options: .init(policy: .automatic),
      factory: .blocking {
        seen.add(ledger.disposed)
        return ledger.make()
      })
    #expect(seen.values == [1, 1], "two fit: the old one served meanwhile")
  }

  @Test func `the snapshot shows what was declared and what was measured`() async throws {
    let world = try GovernorWorld(budget: 1000)
    let memory = world.memory
    memory.resident.withLock { $0 = 100 }
    let cell = world.cell("a", 60) { memory.resident.withLock { $0 = 175 } }
    #expect(cell.snapshot().estimatedFootprint == 60 && cell.snapshot().measuredFootprint == nil)
    _ = try await cell.lease()
    #expect(cell.snapshot().measuredFootprint == 75)
    // Nothing declared: what was seen counts.
    let unknown = world.cell("u", nil) { memory.resident.withLock { $0 = 300 } }
    _ = try await unknown.lease()
    #expect(world.governor.snapshot().held == 60 + 125)
    try await unknown.close()
    #expect(world.governor.snapshot().held == 60)
  }

  @Test func `what several factories took together is nobody's measure`() async throws {
    let world = try GovernorWorld(budget: 1000)
    world.memory.resident.withLock { $0 = 100 }
    let gate = Gate()
    let cells = ["a", "b"].map { world.cell($0, 60) { await gate.pass() } }
    let calls = cells.map { cell in Task { try await cell.withValue { _ in } } }
    await gate.arrived(2)
    gate.open()
    for call in calls { try await call.value }
    #expect(cells.map { $0.snapshot().measuredFootprint } == [nil, nil])
  }
}
