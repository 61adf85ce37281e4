import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

/// Everything that issue 3 calls bad use: each gets a typed error, never a trap and never a hang.
@Suite struct BadUseTests {
  @Test func `use after shutdown`() async throws {
    let authority = SwapAuthority()
    let cell = RuntimeCell<Int>(
      name: "c",
      configuration: .init(environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority)
    ) { 1 }
    try await cell.shutDown()
    await expectError(.shutDown) { try await cell.lease().value }
    await expectError(.shutDown) { try await cell.getOrInitialize { 2 }.value }
    await expectError(.shutDown) { try await cell.swap(permit: authority.permit(reason: "test")) }
    await expectError(.shutDown) { try cell.rollBack(permit: authority.permit(reason: "test")) }
    await expectError(.shutDown) { try withSeedingAllowed { try cell.seed(3) } }
    let threads = DedicatedThreads(name: "t", count: 1)
    await expectError(.shutDown) { try await threads.run { try cell.leaseBlocking().value } }
    #expect(cell.peek() == nil)
    #expect(cell.withValueIfReady { $0 } == nil)
    #expect(try await cell.close() == .noop)
    let registry = CellRegistry()
    try await registry.shutdown()
    await expectError(.shutDown) { try registry.register(cell) }
  }

  @Test func `a factory that asks for its own cell`() async throws {
    let box = Box<RuntimeCell<Int>>()
    let cell = RuntimeCell<Int>(name: "c") { try await box.values[0].withValue { $0 } }
    box.add(cell)
    let error = await expectError(.initializationFailed) { try await cell.lease().value }
    #expect((error?.underlying as? CellError)?.path == ["c", "c"])
  }

  @Test func `a seed where it is not allowed`() async throws {
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(environment: .init([:]))) { 1 }
    let error = await expectError(.seedNotAllowed) { try cell.seed(5) }
    #expect(error?.message.contains(CellGuard.seedVariable) == true)
    #expect(try await cell.withValue { $0 } == 1)
  }

  @Test func `a swap without a permit that counts`() async throws {
    let cell = RuntimeCell<Int>(
      name: "c",
      configuration: .init(environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: SwapAuthority())
    ) { 1 }
    let foreign = SwapAuthority().permit(reason: "test")
    await expectError(.swapNotAllowed) { try await cell.swap(permit: foreign) }
    await expectError(.swapNotAllowed) { try cell.rollBack(permit: foreign) }
    #expect(!cell.isReady)
  }

  @Test func `a blocking call inside a task`() async throws {
    let cell = RuntimeCell<Int>(name: "c") { 1 }
    func inTask() throws -> Int { try cell.leaseBlocking().value }
    await expectError(.wouldBlockTask) { try inTask() }
    await expectError(.wouldBlockTask) { try cell.getOrInitializeBlocking { 2 }.value }
    func closing() throws { try cell.closeBlocking() }
    await expectError(.wouldBlockTask) { try closing() }
    _ = try await cell.lease()
    #expect(try inTask() == 1, "a ready cell answers without blocking")
  }

  @Test func `negative deadlines, wherever one is taken`() async throws {
    let authority = SwapAuthority()
    let cell = RuntimeCell<Int>(
      name: "c",
      configuration: .init(environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority)
    ) { 1 }
    let past = Duration.seconds(-1)
    await expectError(.invalidArgument) { try await cell.lease(deadline: past).value }
    await expectError(.invalidArgument) { try await cell.getOrInitialize(deadline: past) { 1 }.value }
    await expectError(.invalidArgument) { try await cell.close(deadline: past) }
    await expectError(.invalidArgument) { try await cell.shutDown(deadline: past) }
    await expectError(.invalidArgument) {
      try await cell.swap(permit: authority.permit(reason: "test"), deadline: past)
    }
    let threads = DedicatedThreads(name: "t", count: 1)
    await expectError(.invalidArgument) { try await threads.run { try cell.leaseBlocking(deadline: past).value } }
    await expectError(.invalidArgument) { try await threads.run { try cell.closeBlocking(deadline: past) } }
    let registry = CellRegistry()
    await expectError(.invalidArgument) { try await registry.closeAll(perCell: past) }
    await expectError(.invalidArgument) { try await registry.shutdown(total: past) }
    try registry.register(cell)
    #expect(!cell.isReady)
    #expect(try await cell.withValue { $0 } == 1, "a refused call changed nothing")
  }

  @Test func `negative deadlines in a configuration`() async throws {
    await expectError(.invalidArgument) {
      try await RuntimeCell<Int>(name: "c", configuration: .init(initDeadline: .seconds(-1))) { 1 }.lease().value
    }
    let gate = GateLimits(maxConcurrency: 1, queueDeadline: .seconds(-1))
    await expectError(.invalidArgument) {
      try await RuntimeCell<Int>(name: "c", configuration: .init(gate: gate)) { 1 }.lease().value
    }
  }

  @Test(arguments: [0, -3]) func `a gate of no width`(width: Int) async throws {
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(gate: .init(maxConcurrency: width))) { 1 }
    await expectError(.invalidArgument) { try await cell.lease().value }
    let threads = DedicatedThreads(name: "t", count: 1)
    await expectError(.invalidArgument) { try await threads.run { try cell.leaseBlocking().value } }
    #expect(cell.withValueIfReady { $0 } == nil)
  }

  @Test func `a factory that returns nil for an Optional payload`() async throws {
    let runs = Box<Int>()
    let cell = RuntimeCell<Int?>(name: "c") {
      runs.add(1)
      return nil
    }
    #expect(try await cell.withValue { $0 == nil })
    #expect(cell.isReady)
    #expect(try await cell.withValue { $0 == nil })
    #expect(runs.values.count == 1, "nil is a payload: nothing is made again")
    let seen: Int?? = cell.withValueIfReady { $0 }
    #expect(seen != nil && seen == .some(.none))
    #expect(try await cell.close() == .ok)
    #expect(cell.snapshot().disposed == 1)
  }

  @Test func `an observer that calls back into the cell`() async throws {
    final class Nosy: CellObserver {
      let cell = Mutex<RuntimeCell<Int>?>(nil)
      let seen = Box<CellGeneration?>()
      func observe(_ event: CellEvent) {
        guard let cell = cell.withLock({ $0 }) else { return }
        _ = cell.snapshot()
        _ = cell.withValueIfReady { $0 }
        cell.report(limits: ["seen"])
        cell.reset()
        // On a thread of its own, so even this ends: the cell waits for no observer.
        if case .closed(let details) = event.kind, details.outcome == .ok {
          seen.add(try? cell.leaseBlocking().generation)
        }
      }
    }
    let nosy = Nosy()
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(observers: [nosy])) { 1 }
    nosy.cell.withLock { $0 = cell }
    _ = try await cell.lease()
    try await cell.close()
    await until { nosy.seen.values == [CellGeneration(2)] }
    await cell.observersCaughtUp()
    nosy.cell.withLock { $0 = nil }
  }

  @Test(arguments: [false, true]) func `a disposer that hangs is reported at the deadline`(blocks: Bool) async throws {
    let clock = ManualClock()
    let recorder = Recorder()
    let asyncGate = Gate()
    let threadGate = ThreadGate()
    let disposer: CellDisposer<Int> =
      blocks ? .blocking { _ in threadGate.pass() } : .async { _ in await asyncGate.pass() }
    let threads = CellThreads(
      loaders: DedicatedThreads(name: "l", count: 2), observers: DedicatedThreads(name: "o", count: 1))
    let cell = RuntimeCell<Int>(
      name: "c", configuration: .init(clock: CellClock(clock), threads: threads, observers: [recorder]),
      disposer: disposer
    ) { 1 }
    _ = try await cell.lease()
    let closing = Task { try await cell.close(deadline: .seconds(5)) }
    await clock.sleepers(1)
    clock.advance(by: .seconds(5))
    let error = await expectError(.deadlineExceeded) { try await closing.value }
    #expect(error?.holders == 0 && error?.factoryRunning == false)
    #expect(error?.message.contains("disposer") == true)
    await cell.observersCaughtUp()
    #expect(recorder.closings.map(\.outcome) == [nil])
    #expect(cell.snapshot().live == 1 && cell.snapshot().detail == .draining)
    // The cell is usable meanwhile, in its other place.
    #expect(try await cell.withValue { $0 } == 1)
    asyncGate.open()
    threadGate.open()
    try await cell.close()
    #expect(cell.snapshot().live == 0)
  }

  @Test func `a registry's total deadline holds although a disposer hangs`() async throws {
    let gate = Gate()
    let stuck = RuntimeCell<Int>(name: "stuck", disposer: .async { _ in await gate.pass() }) { 1 }
    let good = RuntimeCell<Int>(name: "good") { 2 }
    let registry = CellRegistry()
    try registry.register(good)
    try registry.register(stuck, dependsOn: ["good"])
    _ = try await stuck.lease()
    _ = try await good.lease()
    let swept = Flag()
    registry.addSweep(named: "s") { swept.set() }
    let report = try await registry.shutdown(perCell: nil, total: .zero)
    #expect(report.items.first { $0.cell == "stuck" }?.error?.code == .deadlineExceeded)
    #expect(swept.isSet)
    #expect(!good.isReady, "what comes after the stuck one is closed all the same")
    gate.open()
    await until { stuck.snapshot().live == 0 }
  }
}
