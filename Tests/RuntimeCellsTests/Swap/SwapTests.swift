import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct SwapTests {
  let authority = SwapAuthority()
  let ledger = Ledger()
  var permit: SwapPermit { authority.permit(reason: "test") }

  func cell(_ observers: [any CellObserver] = [], clock: CellClock = .continuous) -> RuntimeCell<Probe> {
    let ledger = ledger
    return RuntimeCell(
      name: "c",
      configuration: .init(
        environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority, clock: clock, observers: observers)
    ) { ledger.make() }
  }

  @Test func `a swap publishes the new payload and the old one drains`() async throws {
    let recorder = Recorder()
    let cell = cell([recorder])
    let old = try await cell.lease()
    let result = try await cell.swap(permit: permit)
    #expect(result.from == CellGeneration(1) && result.to == CellGeneration(2) && result.attempts == 1)
    #expect(cell.withValueIfReady { $0.number } == 2)
    #expect(!old.value.isClosed)
    #expect(cell.snapshot().drainingGenerations == [CellGeneration(1)])
    old.release()
    try await cell.close()
    #expect(ledger.disposed == 2 && ledger.doubleDisposals == 0)
    await cell.observersCaughtUp()
    #expect(recorder.events.contains { if case .swapSucceeded = $0.kind { true } else { false } })
  }

  @Test func `a swap needs the variable and a permit of the cell's own authority`() async throws {
    let ledger = ledger
    let closed = RuntimeCell<Probe>(
      name: "c", configuration: .init(environment: .init([:]), swapAuthority: authority)
    ) { ledger.make() }
    let error = await expectError(.swapNotAllowed) { try await closed.swap(permit: permit) }
    #expect(error?.message.contains("KGFOUNDRY_ALLOW_RUNTIME_SWAP") == true)
    await expectError(.swapNotAllowed) {
      try await cell().swap(permit: SwapAuthority().permit(reason: "forged"))
    }
    #expect(ledger.built == 0)
  }

  @Test func `a swap on an empty cell initialises`() async throws {
    let cell = cell()
    let result = try await cell.swap(permit: permit)
    #expect(result.from == nil && result.to == CellGeneration(1))
    #expect(cell.isReady)
  }

  @Test func `a failing factory leaves the old payload serving, after the attempts asked for`() async throws {
    let recorder = Recorder()
    let cell = cell([recorder])
    _ = try await cell.lease()
    let runs = Mutex(0)
    let error = await expectError(.swapFailed) {
      try await cell.swap(
        permit: permit, options: .init(maxAttempts: 3, backoff: .init(initial: .zero)),
        factory: .blocking {
          runs.withLock { $0 += 1 }
          throw TestError(number: 5)
        })
    }
    #expect(error?.underlying as? TestError == TestError(number: 5))
    #expect(runs.withLock { $0 } == 3)
    #expect(cell.withValueIfReady { $0.number } == 1)
    #expect(cell.snapshot().detail == .serving)
    await cell.observersCaughtUp()
    let failures = recorder.events.compactMap { if case .swapFailed(let details) = $0.kind { details } else { nil } }
    #expect(failures.map(\.attempts) == [3])
  }

  @Test func `a payload that fails validation is disposed and the next one is tried`() async throws {
    let cell = cell()
    _ = try await cell.lease()
    let result = try await cell.swap(
      permit: permit, options: .init(backoff: .init(initial: .zero)),
      steps: .init(validate: { if $0.number == 2 { throw TestError() } }))
    #expect(result.attempts == 2)
    #expect(result.to == CellGeneration(3))
    #expect(cell.withValueIfReady { $0.number } == 3)
    let snapshot = cell.snapshot()
    #expect(snapshot.built == snapshot.disposed + UInt64(snapshot.live))
    try await cell.close()
    #expect(ledger.disposed == 3)
  }

  @Test func `a warm-up sees the payload before anybody else`() async throws {
    let cell = cell()
    _ = try await cell.lease()
    try await cell.swap(
      permit: permit,
      steps: .init(warmUp: { probe in
        #expect(probe.number == 2)
        #expect(cell.withValueIfReady { $0.number } == 1)
      }))
  }

  @Test func `close beats swap`() async throws {
    let cell = cell()
    let ledger = ledger
    _ = try await cell.lease()
    let gate = Gate()
    let permit = permit
    let swapping = Task {
      try await cell.swap(
        permit: permit,
        factory: .async {
          await gate.pass()
          return ledger.make()
        })
    }
    await gate.arrived()
    #expect(cell.snapshot().detail == .swapping)
    let closing = Task { try await cell.close() }
    await expectError(.closed) { try await swapping.value }
    gate.open()
    #expect(try await closing.value == .ok)
    #expect(cell.peek() == nil)
    #expect(ledger.built == 2 && ledger.disposed == 2)
  }

  @Test func `a second swap is refused or shares the first one's outcome`() async throws {
    let cell = cell()
    let ledger = ledger
    let gate = Gate()
    let permit = permit
    let factory: CellFactory<Probe> = .async {
      await gate.pass()
      return ledger.make()
    }
    _ = try await cell.lease()
    let first = Task { try await cell.swap(permit: permit, factory: factory) }
    await gate.arrived()
    await expectError(.swapInProgress) { try await cell.swap(permit: permit) }
    let second = Task { try await cell.swap(permit: permit, options: .init(conflict: .coalesce)) }
    let cancelled = Task { try await cell.swap(permit: permit, options: .init(conflict: .coalesce)) }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    gate.open()
    #expect(try await first.value.to == CellGeneration(2))
    _ = try await second.value
    #expect(ledger.built <= 3)
  }

  @Test func `a cancelled or late swap is given up and its payload disposed`() async throws {
    let cell = cell()
    let ledger = ledger
    let gate = Gate()
    let permit = permit
    _ = try await cell.lease()
    let factory: CellFactory<Probe> = .async {
      await gate.pass()
      return ledger.make()
    }
    await expectError(.deadlineExceeded) { try await cell.swap(permit: permit, deadline: .zero, factory: factory) }
    gate.open()
    await until { cell.snapshot().detail == .serving && cell.snapshot().live == 1 }
    #expect(cell.withValueIfReady { $0.number } == 1)
  }

  @Test func `resource-preserving swaps never hold two payloads, and readers wait`() async throws {
    let cell = cell()
    let ledger = ledger
    let lease = try await cell.lease()
    let permit = permit
    let swapping = Task {
      try await cell.swap(
        permit: permit, options: .init(policy: .resourcePreserving),
        factory: .blocking {
          #expect(ledger.disposed == 1)
          return ledger.make()
        })
    }
    await until { !cell.isReady }
    let reader = Task { try await cell.withValue { $0.number } }
    await until { cell.snapshot().waiters == 1 }
    #expect(ledger.built == 1)
    lease.release()
    #expect(try await reader.value == 2)
    #expect(try await swapping.value.to == CellGeneration(2))
  }

  @Test func `a probation can be rolled back, under a new generation`() async throws {
    let clock = ManualClock()
    let cell = cell(clock: CellClock(clock))
    _ = try await cell.lease()
    try await cell.swap(permit: permit, options: .init(probation: .seconds(60)))
    #expect(cell.snapshot().detail == .probation)
    #expect(try cell.rollBack(permit: permit) == CellGeneration(3))
    #expect(cell.withValueIfReady { $0.number } == 1)
    #expect(cell.generation == CellGeneration(3))
    await until { ledger.disposed == 1 }
    await expectError(.swapFailed) { try cell.rollBack(permit: permit) }
    try await cell.close()
    #expect(ledger.disposed == 2 && ledger.doubleDisposals == 0)
  }

  @Test(arguments: [true, false]) func `at its end a probation asks for the health`(isHealthy: Bool) async throws {
    let clock = ManualClock()
    let cell = cell(clock: CellClock(clock))
    _ = try await cell.lease()
    try await cell.swap(
      permit: permit, options: .init(probation: .seconds(60)), steps: .init(isHealthy: { _ in isHealthy }))
    await clock.sleepers(1)
    clock.advance(by: .seconds(60))
    await until { ledger.disposed == 1 }
    #expect(cell.withValueIfReady { $0.number } == (isHealthy ? 2 : 1))
    #expect(cell.snapshot().detail == .serving)
  }

  @Test func `close ends a probation`() async throws {
    let clock = ManualClock()
    let cell = cell(clock: CellClock(clock))
    _ = try await cell.lease()
    try await cell.swap(permit: permit, options: .init(probation: .seconds(60)))
    try await cell.close()
    #expect(ledger.disposed == 2)
  }

  @Test func `readers under many swaps never miss and never go back`() async throws {
    let cell = cell()
    _ = try await cell.lease()
    let stop = Flag()
    let permit = permit
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          var last = CellGeneration(0)
          while !stop.isSet {
            let seen = cell.withValueIfReady { probe, generation in
              #expect(!probe.isClosed)
              return generation
            }
            guard let seen else {
              Issue.record("a read missed")
              return
            }
            #expect(seen >= last)
            last = seen
            await Task.yield()
          }
        }
      }
      for _ in 0..<200 { try await cell.swap(permit: permit) }
      stop.set()
      try await group.waitForAll()
    }
    try await cell.close()
    #expect(ledger.built == 201 && ledger.disposed == 201 && ledger.doubleDisposals == 0)
  }
}
