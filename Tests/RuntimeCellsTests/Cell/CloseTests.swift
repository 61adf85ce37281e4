import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct CloseTests {
  @Test func `closing disposes once, may be repeated, and the cell can be used again`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    #expect(try await cell.close() == .noop)
    let probe = try await cell.withValue { $0 }
    #expect(try await cell.close() == .ok)
    #expect(probe.isClosed)
    #expect(cell.peek() == nil)
    #expect(try await cell.close() == .noop)
    let again = try await cell.lease()
    #expect(again.generation == CellGeneration(2))
    #expect(again.value !== probe)
    #expect(ledger.disposed == 1)
    again.release()
    try await cell.close()
    #expect(ledger.disposed == 2)
    #expect(ledger.doubleDisposals == 0)
    let snapshot = cell.snapshot()
    #expect(snapshot.built == 2 && snapshot.disposed == 2 && snapshot.live == 0)
  }

  @Test func `sixteen closes at once dispose once and all return afterwards`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let probe = try await cell.withValue { $0 }
    let outcomes = try await withThrowingTaskGroup(of: CellCloseOutcome.self) { group in
      for _ in 0..<16 {
        group.addTask {
          let outcome = try await cell.close()
          #expect(probe.isClosed)
          return outcome
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == .ok } == 1)
    #expect(outcomes.count { $0 == .noop } == 15)
    #expect(ledger.disposed == 1 && ledger.doubleDisposals == 0)
  }

  @Test func `close waits for leases and refuses new ones at once`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let lease = try await cell.lease()
    let closing = Task { try await cell.close() }
    await until { !cell.isReady }
    #expect(cell.withValueIfReady { $0 } == nil)
    #expect(!lease.value.isClosed)
    let snapshot = cell.snapshot()
    #expect(snapshot.initState == .empty && snapshot.detail == .draining)
    #expect(snapshot.drainingLeases == 1)
    #expect(snapshot.drainingGenerations == [CellGeneration(1)])
    lease.release()
    #expect(try await closing.value == .ok)
    #expect(ledger.disposed == 1)
  }

  @Test func `at the deadline close reports the holders and the last user disposes`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let lease = try await cell.lease()
    let error = await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    #expect(error?.holders == 1)
    #expect(error?.factoryRunning == false)
    #expect(!lease.value.isClosed)
    lease.release()
    #expect(try await cell.close() == .noop)
    #expect(ledger.disposed == 1)
    await expectError(.invalidArgument) { try await cell.close(deadline: .seconds(-1)) }
  }

  @Test func `a lease that outlives close and re-initialisation keeps its own payload`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let old = try await cell.lease()
    await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    let new = try await cell.lease()
    #expect(old.value.number == 1 && new.value.number == 2)
    #expect(!old.value.isClosed)
    #expect(cell.snapshot().live == 2)
    new.release()
    await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    // The second payload is gone soon; the first one still takes a place, the other place is free again.
    let third = try await cell.lease()
    #expect(third.value.number == 3)
    third.release()
    old.release()
    try await cell.close()
    #expect(ledger.disposed == 3 && ledger.doubleDisposals == 0)
  }

  @Test func `with both places in use a new init waits to its deadline and is told why`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let first = try await cell.lease()
    await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    let second = try await cell.lease()
    await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    await expectError(.draining) { try await cell.lease(deadline: .zero).value }
    let patient = Task { try await cell.lease().value.number }
    await until { cell.snapshot().waiters == 1 }
    #expect(ledger.built == 2)
    first.release()
    #expect(try await patient.value == 3)
    second.release()
    try await cell.close()
    #expect(ledger.disposed == 3)
  }

  @Test func `shut down is final`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    _ = try await cell.lease()
    #expect(try await cell.shutDown() == .ok)
    #expect(ledger.disposed == 1)
    await expectError(.shutDown) { try await cell.lease().value }
    await expectError(.shutDown) { try await cell.getOrInitialize { ledger.make() }.value }
    #expect(cell.peek() == nil)
    #expect(cell.snapshot().detail == .shutDown)
    #expect(try await cell.shutDown() == .noop)
    #expect(try await cell.close() == .noop)
  }

  @Test func `a throwing disposer leaves the cell empty and is reported as asked`() async throws {
    let cell = RuntimeCell<Int>(name: "c", disposer: .blocking { throw TestError(number: $0) }) { 9 }
    _ = try await cell.lease()
    #expect(try await cell.close(silent: true) == .error)
    #expect(cell.snapshot().lastDisposeError?.contains("9") == true)
    #expect(cell.snapshot().disposed == 1)
    _ = try await cell.lease()
    let error = await expectError(.disposeFailed) { try await cell.close(silent: false) }
    #expect(error?.underlying as? TestError == TestError(number: 9))
    #expect(cell.snapshot().initState == .empty)
  }

  @Test func `an asynchronous disposer is waited for`() async throws {
    let gate = Gate()
    let disposed = Box<Int>()
    let cell = RuntimeCell<Int>(
      name: "c",
      disposer: .async {
        await gate.pass()
        disposed.add($0)
      }
    ) { 5 }
    _ = try await cell.lease()
    let closing = Task { try await cell.close() }
    await gate.arrived()
    #expect(cell.snapshot().live == 1)
    gate.open()
    #expect(try await closing.value == .ok)
    #expect(disposed.values == [5])
  }

  @Test func `a payload with an asynchronous close is closed by it`() async throws {
    struct Both: AsyncCloseable, Closeable {
      let calls: Box<String>
      func close() throws { calls.add("blocking") }
      func close() async throws { calls.add("async") }
    }
    let calls = Box<String>()
    let cell = RuntimeCell<Both>(name: "c") { Both(calls: calls) }
    _ = try await cell.lease()
    try await cell.close()
    #expect(calls.values == ["async"])
  }

  @Test func `a dropped cell disposes its payload after the last lease`() async throws {
    let ledger = Ledger()
    var cell: RuntimeCell<Probe>? = RuntimeCell(name: "c") { ledger.make() }
    guard let lease = try await cell?.lease() else { return }
    cell = nil
    #expect(!lease.value.isClosed)
    lease.release()
    await until { ledger.freed == 1 }
    #expect(ledger.disposed == 1)
  }

  @Test func `a payload whose deinit asks its cell works`() async throws {
    final class Nosy: Sendable {
      let cell: Mutex<RuntimeCell<Nosy>?> = Mutex(nil)
      let seen: Box<CellInitState>
      init(_ seen: Box<CellInitState>) { self.seen = seen }
      deinit {
        guard let cell = cell.withLock({ $0 }) else { return }
        _ = cell.withValueIfReady { _ in }
        seen.add(cell.snapshot().initState)
      }
    }
    let seen = Box<CellInitState>()
    let cell = RuntimeCell<Nosy>(name: "c") { Nosy(seen) }
    try await cell.withValue { nosy in nosy.cell.withLock { $0 = cell } }
    try await cell.close()
    #expect(seen.values == [.empty])
  }

  @Test func `the event of a close tells how long the call took, in time and late`() async throws {
    let clock = ManualClock()
    let recorder = Recorder()
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(clock: CellClock(clock), observers: [recorder])) { 1 }
    let lease = try await cell.lease()
    let late = Task { await expectError(.deadlineExceeded) { try await cell.close(deadline: .seconds(2)) } }
    await clock.sleepers(1)
    clock.advance(by: .seconds(2))
    _ = await late.value
    let patient = Task { try await cell.close(deadline: .seconds(60)) }
    await clock.sleepers(1)
    clock.advance(by: .seconds(5))
    lease.release()
    #expect(try await patient.value == .noop)
    #expect(try await cell.close() == .noop)
    await cell.observersCaughtUp()
    #expect(recorder.closings.map(\.duration) == [.seconds(2), .seconds(5), .zero])
    #expect(recorder.closings.map(\.outcome) == [nil, .noop, .noop])
  }

  @Test func `a disposer that closes its own cell gets an error at once`() async throws {
    let holder = Mutex<RuntimeCell<Int>?>(nil)
    let errors = Box<CellError.Code?>()
    for blocks in [true, false] {
      let ask: @Sendable () async -> Void = {
        let cell = holder.withLock { $0 }
        errors.add((await caught { try await cell?.close(deadline: nil) } as? CellError)?.code)
      }
      let cell = RuntimeCell<Int>(
        name: "c",
        disposer: blocks
          ? .blocking { _ in
            let cell = holder.withLock { $0 }
            do { _ = try cell?.closeBlocking(deadline: nil) } catch { errors.add((error as? CellError)?.code) }
          } : .async { _ in await ask() }
      ) { 1 }
      holder.withLock { $0 = cell }
      _ = try await cell.lease()
      #expect(try await cell.close() == .ok)
      holder.withLock { $0 = nil }
    }
    #expect(errors.values == [.reentrant, .reentrant])
  }

  @Test func `events tell the story in order`() async throws {
    let recorder = Recorder()
    let cell = RuntimeCell<Int>(name: "c", configuration: .init(observers: [recorder])) { 1 }
    _ = try await cell.lease()
    try await cell.close()
    try await cell.close()
    await cell.observersCaughtUp()
    #expect(recorder.events.map(\.sequence) == [1, 2, 3, 4, 5])
    #expect(recorder.initializations.map(\.outcome) == [.success])
    #expect(recorder.disposals.map(\.generation) == [CellGeneration(1)])
    #expect(recorder.closings.map(\.outcome) == [.ok, .noop])
  }
}
