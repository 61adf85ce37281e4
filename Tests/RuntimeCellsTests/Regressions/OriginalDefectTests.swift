import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

/// The eleven defects found in the Python original, each of which must not be here. (The ninth, a readiness page that
/// always answers 200, is the service's to avoid; what it needs from cells is tested.)
@Suite struct OriginalDefectTests {
  @Test func `1: close during an init leaks no payload and publishes no stale one`() async throws {
    let ledger = Ledger()
    let gate = Gate()
    let cell = RuntimeCell<Probe>(name: "c") {
      await gate.pass()
      return ledger.make()
    }
    let first = Task { await caught { try await cell.lease().value } }
    await gate.arrived()
    let closing = Task { try await cell.close() }
    #expect((await first.value as? CellError)?.code == .closed)
    let second = Task { try await cell.lease().value.number }
    gate.open()
    _ = try await closing.value
    _ = try await second.value
    try await cell.close()
    #expect(ledger.built == 2 && ledger.disposed == 2 && ledger.freed == 2)
  }

  @Test func `2: a seed during an init is refused, not overwritten`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c") {
      await gate.pass()
      return 1
    }
    let waiter = Task { try await cell.lease().value }
    await gate.arrived()
    await expectError(.initializing) { try withSeedingAllowed { try cell.seed(2) } }
    gate.open()
    #expect(try await waiter.value == 1)
  }

  @Test func `3: a re-entrant factory gets a clear error at once`() async throws {
    let holder = Mutex<RuntimeCell<Int>?>(nil)
    let cell = RuntimeCell<Int>(name: "c") { try holder.withLock { $0 }?.withValueBlocking { $0 } ?? 0 }
    holder.withLock { $0 = cell }
    let error = await expectError(.initializationFailed) { try await cell.lease().value }
    #expect((error?.underlying as? CellError)?.code == .reentrant)
    holder.withLock { $0 = nil }
  }

  @Test func `4: an observer that misbehaves and a factory that is cancelled wedge nothing`() async throws {
    final class Stuck: CellObserver {
      let gate = ThreadGate()
      func observe(_ event: CellEvent) { gate.pass() }
    }
    let stuck = Stuck()
    let fails = Mutex(true)
    let threads = CellThreads(
      loaders: DedicatedThreads(name: "l", count: 1), observers: DedicatedThreads(name: "o", count: 1))
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(threads: threads, observers: [stuck])) {
      if fails.withLock({ $0 }) { throw CancellationError() }
      return 1
    }
    await expectError(.initializationFailed) { try await cell.lease().value }
    #expect(cell.snapshot().initState == .empty)
    fails.withLock { $0 = false }
    #expect(try await cell.lease().value == 1)
    stuck.gate.open()
    await cell.observersCaughtUp()
  }

  @Test func `5: a factory that returns nil makes the cell ready`() async throws {
    let cell = RuntimeCell<String?>(name: "c") { nil }
    #expect(try await cell.lease().value == nil)
    #expect(try await cell.lease().value == nil)
    #expect(cell.snapshot().attempts == 1)
  }

  @Test func `6: closing does not clear a cool-down, and a failure never drops a payload`() async throws {
    let clock = ManualClock()
    let cell = RuntimeCell<Int>(
      name: "c",
      configuration: .init(
        failurePolicy: .backoff(.init(initial: .seconds(15), jitter: 0)), clock: CellClock(clock))
    ) { throw TestError() }
    await expectError(.initializationFailed) { try await cell.lease().value }
    try await cell.close()
    await expectError(.coolingDown) { try await cell.lease().value }

    let ledger = Ledger()
    let authority = SwapAuthority()
    let ready = RuntimeCell<Probe>(
      name: "r",
      configuration: .init(environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority)
    ) { ledger.make() }
    _ = try await ready.lease()
    await expectError(.swapFailed) {
      try await ready.swap(
        permit: authority.permit(reason: "test"), options: SwapOptions(maxAttempts: 1),
        factory: .blocking { throw TestError() })
    }
    #expect(try await ready.withValue { $0.isClosed } == false)
    try await ready.close()
    #expect(ledger.built == 1 && ledger.disposed == 1)
  }

  @Test func `7: waiters wait as long as the init takes unless they say otherwise`() async throws {
    let clock = ManualClock()
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(clock: CellClock(clock))) {
      await gate.pass()
      return 1
    }
    let patient = (0..<4).map { _ in Task { try await cell.lease().value } }
    let hasty = Task { try await cell.lease(deadline: .milliseconds(1500)).value }
    await until { cell.snapshot().waiters == 5 }
    await clock.sleepers(1)
    clock.advance(by: .seconds(3600))
    await expectError(.warmingUp) { try await hasty.value }
    gate.open()
    for task in patient { #expect(try await task.value == 1) }
  }

  @Test func `8: after shutdown nothing is made again`() async throws {
    let ledger = Ledger()
    let registry = CellRegistry()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    try registry.register(cell)
    try await registry.shutdown(silent: false)
    await expectError(.shutDown) { try await cell.lease().value }
    #expect(ledger.built == 0)
  }

  @Test func `9: a snapshot tells a cold cell from a failing one`() async throws {
    let cold = RuntimeCell<Int>(name: "cold") { 1 }
    let failing = RuntimeCell<Int>(name: "failing", configuration: .init(failurePolicy: .cacheError)) {
      throw TestError(number: 9)
    }
    await expectError(.initializationFailed) { try await failing.lease().value }
    #expect(cold.snapshot().detail == .idle && cold.snapshot().lastError == nil)
    #expect(failing.snapshot().detail == .failed && failing.snapshot().lastError?.contains("9") == true)
  }

  @Test func `10: leader and waiters get the same error`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c") {
      await gate.pass()
      throw TestError(number: 10)
    }
    let tasks = (0..<4).map { _ in Task { await caught { try await cell.lease().value } as? CellError } }
    await until { cell.snapshot().waiters == 4 }
    gate.open()
    for task in tasks {
      let error = await task.value
      #expect(error?.code == .initializationFailed && error?.attempt == 1)
      #expect(error?.underlying as? TestError == TestError(number: 10))
    }
  }

  @Test func `11: a payload in use is not closed`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let gate = Gate()
    let search = Task {
      try await cell.withValue { probe in
        await gate.pass()
        return probe.isClosed
      }
    }
    await gate.arrived()
    let closing = Task { try await cell.close() }
    await until { !cell.isReady }
    #expect(ledger.disposed == 0)
    gate.open()
    #expect(try await search.value == false)
    #expect(try await closing.value == .ok)
    #expect(ledger.disposed == 1)
  }
}
