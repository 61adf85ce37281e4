import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite struct CellPoolCloseTests {
  @Test func `closing a key waits for its users, disposes once and frees its place`() async throws {
    let ledger = Ledger()
    let registry = CellRegistry()
    let pool = try CellPool<String, Probe>(name: "p", options: .init(maxKeys: 1), registry: registry) { _ in
      ledger.make()
    }
    #expect(try await pool.close("a") == .noop)
    let lease = try await pool.lease(for: "a")
    let closing = Task { try await pool.close("a") }
    await until { pool.snapshot().members.first?.isClosing == true }
    await until { registry["p[a]"]?.snapshot().initState == .empty }
    let waiting = Task { try await pool.withValue(for: "a") { $0.number } }
    await until { pool.snapshot().waiting == 1 }
    #expect(ledger.built == 1 && ledger.disposed == 0)
    lease.release()
    #expect(try await closing.value == .ok)
    #expect(try await waiting.value == 2)
    #expect(ledger.disposed == 1 && ledger.doubleDisposals == 0)
    await expectError(.invalidArgument) { try await pool.close("a", deadline: .seconds(-1)) }
  }

  @Test func `closing a key that is being made refuses its callers, and the late payload is disposed`() async throws {
    let ledger = Ledger()
    let gate = Gate()
    let pool = try CellPool<String, Probe>(name: "p", options: .init(maxKeys: 1)) { _ in
      await gate.pass()
      return ledger.make()
    }
    let caller = Task { try await pool.withValue(for: "a") { $0.number } }
    await gate.arrived()
    let closing = Task { try await pool.close("a") }
    await expectError(.closed) { try await caller.value }
    gate.open()
    #expect(try await closing.value == .ok)
    #expect(ledger.built == 1 && ledger.disposed == 1)
    #expect(try await pool.withValue(for: "a") { $0.number } == 2)
  }

  @Test func `a close that misses its deadline says so and goes on`() async throws {
    let clock = ManualClock()
    let ledger = Ledger()
    let pool = try CellPool<String, Probe>(
      name: "p", options: .init(maxKeys: 1), configuration: .init(clock: CellClock(clock))
    ) { _ in ledger.make() }
    let lease = try await pool.lease(for: "a")
    let error = await expectError(.deadlineExceeded) { try await pool.close("a", deadline: .zero) }
    #expect(error?.holders == 1)
    lease.release()
    await until { pool.snapshot().members.isEmpty }
    #expect(ledger.disposed == 1)
  }

  @Test func `a disposer that throws is reported as asked, and the place is free`() async throws {
    let pool = try CellPool<String, Int>(
      name: "p", options: .init(maxKeys: 1), disposer: .blocking { throw TestError(number: $0) }
    ) { _ in 7 }
    _ = try await pool.lease(for: "a")
    #expect(try await pool.close("a") == .error)
    _ = try await pool.lease(for: "a")
    await expectError(.disposeFailed) { try await pool.close("a", silent: false) }
    _ = try await pool.lease(for: "a")
    let error = await expectError(.closeIncomplete) { try await pool.closeAll(silent: false) }
    #expect(error?.others.map(\.cell) == ["p[a]"])
    #expect(pool.snapshot().members.isEmpty)
  }

  @Test func `closeAll closes every key and refuses who waits; the pool can be used again`() async throws {
    let ledger = Ledger()
    let pool = try CellPool<Int, Probe>(name: "p", options: .init(maxKeys: 2, whenFull: .wait(nil))) { _ in
      ledger.make()
    }
    let one = try await pool.lease(for: 1)
    let two = try await pool.lease(for: 2)
    let waiting = Task { try await pool.withValue(for: 3) { _ in } }
    await until { pool.snapshot().waiting == 1 }
    let closing = Task { try await pool.closeAll() }
    await expectError(.closed) { try await waiting.value }
    one.release()
    two.release()
    let report = try await closing.value
    #expect(Set(report.items.map(\.cell)) == ["p[1]", "p[2]"])
    #expect(report.items.allSatisfy { $0.outcome == .ok })
    #expect(ledger.disposed == 2)
    #expect(try await pool.closeAll().items.isEmpty)
    #expect(try await pool.withValue(for: 1) { $0.number } == 3)
  }

  @Test func `shut down is final`() async throws {
    let ledger = Ledger()
    let pool = try CellPool<Int, Probe>(name: "p", options: .init(maxKeys: 1, whenFull: .wait(nil))) { _ in
      ledger.make()
    }
    let lease = try await pool.lease(for: 1)
    let waiting = Task { try await pool.withValue(for: 2) { _ in } }
    await until { pool.snapshot().waiting == 1 }
    let ending = Task { try await pool.shutdown() }
    await expectError(.shutDown) { try await waiting.value }
    await expectError(.shutDown) { try await pool.lease(for: 1).key }
    #expect(pool.withValueIfReady(for: 1) { _ in } == nil)
    lease.release()
    _ = try await ending.value
    #expect(pool.snapshot().isShutDown)
    #expect(ledger.disposed == 1)
    #expect(try await pool.shutdown().items.isEmpty)
  }

  @Test func `a pool that is dropped disposes its payloads and leaves its registry`() async throws {
    let ledger = Ledger()
    let registry = CellRegistry()
    var pool: CellPool<Int, Probe>? = try CellPool(name: "p", options: .init(maxKeys: 2), registry: registry) { _ in
      ledger.make()
    }
    _ = try await pool?.lease(for: 1)
    #expect(registry.iterate().map(\.name) == ["p", "p[1]"])
    pool = nil
    #expect(registry.iterate().isEmpty)
    await until { ledger.disposed == 1 }
  }
}
