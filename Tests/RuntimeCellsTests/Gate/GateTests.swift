import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite struct GateTests {
  func cell(_ limits: GateLimits, clock: CellClock = .continuous, observers: [any CellObserver] = []) -> RuntimeCell<
    Int
  > {
    RuntimeCell(name: "c", configuration: .init(gate: limits, clock: clock, observers: observers)) { 1 }
  }

  @Test func `no more than the limit are in at once, the others follow in order`() async throws {
    let cell = cell(.init(maxConcurrency: 1))
    let order = Box<Int>()
    let first = try await cell.lease()
    var tasks: [Task<Void, any Error>] = []
    for number in 1...3 {
      tasks.append(Task { try await cell.withValue { _ in order.add(number) } })
      await until { cell.snapshot().gateQueue == number }
    }
    #expect(cell.snapshot().leases == 1)
    #expect(cell.withValueIfReady { $0 } == nil)
    #expect(cell.isReady)
    first.release()
    for task in tasks { try await task.value }
    #expect(order.values == [1, 2, 3])
    #expect(cell.snapshot().gateActive == 0)
    #expect(cell.withValueIfReady { $0 } == 1)
  }

  @Test func `a full queue turns callers away with a time to try again`() async throws {
    let recorder = Recorder()
    let cell = cell(.init(maxConcurrency: 1, maxQueue: 0), observers: [recorder])
    let lease = try await cell.lease()
    let error = await expectError(.overloaded) { try await cell.lease().value }
    #expect((error?.retryAfter ?? .zero) > .zero)
    lease.release()
    #expect(try await cell.lease().value == 1)
    await cell.observersCaughtUp()
    #expect(recorder.events.contains { if case .gateOverloaded = $0.kind { true } else { false } })
  }

  @Test func `a wait in the queue ends at its deadline, and at a cancellation`() async throws {
    let clock = ManualClock()
    let cell = cell(.init(maxConcurrency: 1, queueDeadline: .seconds(1)), clock: CellClock(clock))
    let lease = try await cell.lease()
    let late = Task { try await cell.lease().value }
    await clock.sleepers(1)
    clock.advance(by: .seconds(1))
    await expectError(.overloaded) { try await late.value }
    let cancelled = Task { try await cell.lease().value }
    await until { cell.snapshot().gateQueue == 1 }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(cell.snapshot().gateQueue == 0)
    lease.release()
    #expect(try await cell.lease().value == 1)
  }

  @Test func `the snapshot counts how long callers queued, those that passed at once too`() async throws {
    let clock = ManualClock()
    let cell = cell(.init(maxConcurrency: 1, queueDeadline: .seconds(20)), clock: CellClock(clock))
    #expect(cell.snapshot().gateWaits == CellWaitTimes())
    let lease = try await cell.lease()
    let queued = Task { try await cell.lease().value }
    await clock.sleepers(1)
    clock.advance(by: .seconds(2))
    lease.release()
    #expect(try await queued.value == 1)
    #expect(cell.withValueIfReady { $0 } == 1)
    let again = try await cell.lease()
    let late = Task { try await cell.lease().value }
    await clock.sleepers(1)
    clock.advance(by: .seconds(20))
    await expectError(.overloaded) { try await late.value }
    again.release()
    var expected = CellWaitTimes()
    for wait in [0, 2, 0, 0, 20] { expected.add(.seconds(wait)) }
    #expect(cell.snapshot().gateWaits == expected)
    #expect(expected.count == 5 && expected.total == .seconds(22))
    #expect(expected.counts.last == 1)
    #expect(RuntimeCell<Int>(name: "ungated").snapshot().gateWaits == nil)
  }

  @Test func `those who queue do not hold up a close`() async throws {
    let cell = cell(.init(maxConcurrency: 1))
    let lease = try await cell.lease()
    let queued = Task { try await cell.lease().generation }
    await until { cell.snapshot().gateQueue == 1 }
    let closing = Task { try await cell.close() }
    await until { !cell.isReady }
    lease.release()
    #expect(try await closing.value == .ok)
    #expect(try await queued.value == CellGeneration(2))
  }

  @Test func `a gate of zero width is an error, and a failing init frees its place`() async throws {
    await expectError(.invalidArgument) { try await cell(.init(maxConcurrency: 0)).lease().value }
    let failing = RuntimeCell<Int>(name: "f", configuration: .init(gate: .init(maxConcurrency: 1))) {
      throw TestError()
    }
    for _ in 0..<3 { await expectError(.initializationFailed) { try await failing.lease().value } }
    #expect(failing.snapshot().gateActive == 0)
  }

  @Test func `plain threads queue at the gate too`() async throws {
    let cell = cell(.init(maxConcurrency: 1))
    let threads = DedicatedThreads(name: "t", count: 1)
    let lease = try await cell.lease()
    let blocked = Task { try await threads.run { try cell.withValueBlocking { $0 } } }
    await until { cell.snapshot().gateQueue == 1 }
    lease.release()
    #expect(try await blocked.value == 1)
  }
}
