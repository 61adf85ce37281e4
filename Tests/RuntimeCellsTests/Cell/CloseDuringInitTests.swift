import CellContract
import RuntimeCells
import Synchronization
import Testing

@Suite struct CloseDuringInitTests {
  @Test func `close during an init fails the waiters, and the late payload is disposed and never published`()
    async throws
  {
    let ledger = Ledger()
    let gate = Gate()
    let recorder = Recorder()
    let cell = RuntimeCell<Probe>(name: "c", configuration: .init(observers: [recorder])) {
      await gate.pass()
      return ledger.make()
    }
    let waiters = (0..<3).map { _ in Task { await caught { try await cell.lease().value } } }
    await until { cell.snapshot().waiters == 3 }
    await gate.arrived()
    let closing = Task { try await cell.close() }
    for waiter in waiters { #expect((await waiter.value as? CellError)?.code == .closed) }
    #expect(cell.snapshot().detail == .draining)
    gate.open()
    #expect(try await closing.value == .ok)
    #expect(cell.peek() == nil)
    #expect(ledger.built == 1 && ledger.disposed == 1 && ledger.freed == 1)
    await cell.observersCaughtUp()
    #expect(recorder.initializations.map(\.outcome) == [.abandoned])
    #expect(recorder.disposals.map(\.wasPublished) == [false])
  }

  @Test func `a new init does not start a second factory while the old one runs`() async throws {
    let ledger = Ledger()
    let gate = Gate()
    let running = Mutex((now: 0, most: 0))
    let cell = RuntimeCell<Probe>(name: "c") {
      running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      await gate.pass()
      running.withLock { $0.now -= 1 }
      return ledger.make()
    }
    let first = Task { await caught { try await cell.lease().value } }
    await gate.arrived()
    let closing = Task { try await cell.close() }
    _ = await first.value
    let second = Task { try await cell.lease().value.number }
    await until { cell.snapshot().waiters == 1 }
    #expect(cell.snapshot().attempts == 1)
    gate.open()
    #expect(try await closing.value == .ok)
    #expect(try await second.value == 2)
    #expect(running.withLock { $0.most } == 1)
    try await cell.close()
    #expect(ledger.disposed == 2)
  }

  @Test func `close cancels an asynchronous factory`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c") {
      await gate.pass()
      try Task.checkCancellation()
      return 1
    }
    let waiter = Task { await caught { try await cell.lease().value } }
    await gate.arrived()
    let closing = Task { try await cell.close() }
    #expect((await waiter.value as? CellError)?.code == .closed)
    gate.open()
    #expect(try await closing.value == .ok)
    #expect(cell.snapshot().lastError == nil)
    #expect(cell.snapshot().built == 0)
  }

  @Test func `close at its deadline says that a factory still runs`() async throws {
    let gate = Gate()
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") {
      await gate.pass()
      return ledger.make()
    }
    let waiter = Task { await caught { try await cell.lease().value } }
    await gate.arrived()
    let error = await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    #expect(error?.factoryRunning == true)
    _ = await waiter.value
    gate.open()
    #expect(try await cell.close() == .noop)
    #expect(ledger.built == 1 && ledger.disposed == 1)
  }

  @Test func `a factory that closes its own cell is told so`() async throws {
    let holder = Mutex<RuntimeCell<Int>?>(nil)
    let cell = RuntimeCell<Int>(name: "c") {
      let cell = holder.withLock { $0 }
      _ = try await cell?.close()
      return 1
    }
    holder.withLock { $0 = cell }
    let error = await expectError(.initializationFailed) { try await cell.lease().value }
    #expect((error?.underlying as? CellError)?.code == .reentrant)
    holder.withLock { $0 = nil }
  }
}
