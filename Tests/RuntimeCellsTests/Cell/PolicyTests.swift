import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct PolicyTests {
  @Test func `backing off refuses callers until the delay is over, then lets one attempt through`() async throws {
    let clock = ManualClock()
    let runs = Mutex(0)
    let cell = RuntimeCell<Int>(
      name: "c",
      configuration: .init(
        failurePolicy: .backoff(.init(initial: .seconds(10), factor: 2, cap: .seconds(60), jitter: 0)),
        clock: CellClock(clock))
    ) {
      let run = runs.withLock {
        $0 += 1
        return $0
      }
      if run < 3 { throw TestError(number: run) }
      return run
    }
    await expectError(.initializationFailed) { try await cell.lease().value }
    let refused = await expectError(.coolingDown) { try await cell.lease().value }
    #expect(refused?.retryAfter == .seconds(10))
    #expect(refused?.underlying as? TestError == TestError(number: 1))
    #expect(runs.withLock { $0 } == 1)
    #expect(cell.snapshot().detail == .coolingDown)
    clock.advance(by: .seconds(10))
    await expectError(.initializationFailed) { try await cell.lease().value }
    clock.advance(by: .seconds(19))
    #expect(cell.snapshot().retryAfter == .seconds(1))
    await expectError(.coolingDown) { try await cell.lease().value }
    // Closing is no way around a cool-down; a reset is.
    try await cell.close()
    await expectError(.coolingDown) { try await cell.lease().value }
    cell.reset()
    #expect(try await cell.lease().value == 3)
  }

  @Test func `an error that is not retryable stays until a reset`() async throws {
    let broken = Mutex(true)
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(isRetryable: { _ in false })) {
      if broken.withLock({ $0 }) { throw TestError(number: 1) }
      return 2
    }
    await expectError(.initializationFailed) { try await cell.lease().value }
    broken.withLock { $0 = false }
    await expectError(.failed) { try await cell.lease().value }
    #expect(cell.snapshot().detail == .failed)
    cell.reset()
    #expect(try await cell.lease().value == 2)
  }

  @Test func `an abandoned factory is cancelled if the cell says so, and a payload it still makes is published`()
    async throws
  {
    let gate = Gate()
    let wasCancelled = Mutex(false)
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(cancelWhenAbandoned: true)) {
      await gate.pass()
      wasCancelled.withLock { $0 = Task.isCancelled }
      return 1
    }
    let waiter = Task { try await cell.lease().value }
    await gate.arrived()
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    gate.open()
    await until { cell.isReady }
    #expect(wasCancelled.withLock { $0 })
  }

  @Test func `an init deadline tells the callers and the late payload is disposed`() async throws {
    let clock = ManualClock()
    let ledger = Ledger()
    let gate = Gate()
    let cell = RuntimeCell<Probe>(
      name: "c", configuration: .init(initDeadline: .seconds(5), clock: CellClock(clock))
    ) {
      await gate.pass()
      return ledger.make()
    }
    let waiter = Task { try await cell.lease().value.number }
    await gate.arrived()
    await clock.sleepers(1)
    clock.advance(by: .seconds(5))
    await expectError(.initDeadlineExceeded) { try await waiter.value }
    gate.open()
    await until { ledger.disposed == 1 }
    #expect(cell.peek() == nil)
  }

  @Test func `forced closing disposes a payload that tolerates it under its users`() async throws {
    final class Tough: Closeable, ForceCloseable {
      let closed = Flag()
      func close() { closed.set() }
    }
    let clock = ManualClock()
    let cell = RuntimeCell<Tough>(name: "c", configuration: .init(clock: CellClock(clock))) { Tough() }
    let lease = try await cell.lease()
    let closing = Task { try await cell.close(deadline: .seconds(1), atDeadline: .force) }
    await clock.sleepers(1)
    clock.advance(by: .seconds(1))
    #expect(try await closing.value == .ok)
    #expect(lease.value.closed.isSet)
    #expect(cell.snapshot().disposed == 1)
    lease.release()
    _ = try await cell.lease()
    try await cell.close()
    #expect(cell.snapshot().disposed == 2)
  }

  @Test func `a payload that does not tolerate force is left to its last user`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let lease = try await cell.lease()
    await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero, atDeadline: .force) }
    #expect(!lease.value.isClosed)
  }

  @Test func `limits of the payload and reported ones appear while ready`() async throws {
    struct Slow: LimitReporting {
      var limits: [String] { ["running on the CPU"] }
    }
    let cell = RuntimeCell<Slow>(name: "c") { Slow() }
    cell.report(limits: ["newer index available"])
    #expect(cell.snapshot().limits == [])
    _ = try await cell.lease()
    #expect(cell.snapshot().limits == ["running on the CPU", "newer index available"])
  }

  @Test func `an observer may call back into its cell and a slow one delays nobody`() async throws {
    final class Nosy: CellObserver {
      let cell: Mutex<RuntimeCell<Int>?> = Mutex(nil)
      let gate = ThreadGate()
      let seen = Box<CellInitState>()
      func observe(_ event: CellEvent) {
        gate.pass()
        if let cell = cell.withLock({ $0 }) { seen.add(cell.snapshot().initState) }
      }
    }
    let nosy = Nosy()
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(observers: [nosy])) { 1 }
    nosy.cell.withLock { $0 = cell }
    _ = try await cell.lease()
    try await cell.close()
    #expect(nosy.seen.values.isEmpty)
    nosy.gate.open()
    await cell.observersCaughtUp()
    #expect(nosy.seen.values == Array(repeating: .empty, count: 4))
    nosy.cell.withLock { $0 = nil }
  }
}
