import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct BlockingTests {
  @Test func `inside a task the blocking face answers only when ready`() async throws {
    let cell = RuntimeCell<Int>(name: "c") { 3 }
    await expectError(.wouldBlockTask) { try cell.withValueBlocking { $0 } }
    await expectError(.wouldBlockTask) { try cell.closeBlocking() }
    #expect(cell.snapshot().attempts == 0)
    _ = try await cell.lease()
    #expect(try cell.withValueBlocking { $0 } == 3)
  }

  @Test func `plain threads block, share one flight, and close`() async throws {
    let ledger = Ledger()
    let gate = ThreadGate()
    let cell = RuntimeCell<Probe>(name: "c")
    let threads = DedicatedThreads(name: "t", count: 4)
    let numbers = Box<Int>()
    for _ in 0..<4 {
      try threads.submit {
        let lease = try? cell.getOrInitializeBlocking {
          gate.pass()
          return ledger.make()
        }.value.number
        numbers.add(lease ?? -1)
      }
    }
    await until { cell.snapshot().waiters == 4 }
    gate.open()
    await until { numbers.values.count == 4 }
    #expect(numbers.values == [1, 1, 1, 1])
    #expect(try await threads.run { try cell.closeBlocking() } == .ok)
    #expect(ledger.disposed == 1)
  }

  @Test func `a plain thread is let go at its deadline`() async throws {
    let clock = ManualClock()
    let gate = ThreadGate()
    defer { gate.open() }
    let slow = RuntimeCell<Int>(name: "s", configuration: .init(clock: CellClock(clock))) {
      gate.pass()
      return 1
    }
    let threads = DedicatedThreads(name: "t", count: 1)
    let blocked = Task {
      await expectError(.warmingUp) { try await threads.run { try slow.leaseBlocking(deadline: .seconds(1)).value } }
    }
    await clock.sleepers(1)
    clock.advance(by: .seconds(1))
    #expect(await blocked.value?.cell == "s")
  }

  @Test func `one loader is enough for a chain of four blocking factories`() async throws {
    let loaders = DedicatedThreads(name: "one", count: 1)
    let configuration = CellConfiguration(
      threads: CellThreads(loaders: loaders, observers: DedicatedThreads(name: "o", count: 1)))
    let d = RuntimeCell<Int>(name: "d", configuration: configuration) { 1 }
    let c = RuntimeCell<Int>(name: "c", configuration: configuration) { try d.withValueBlocking { $0 + 1 } }
    let b = RuntimeCell<Int>(name: "b", configuration: configuration) { try c.withValueBlocking { $0 + 1 } }
    let a = RuntimeCell<Int>(name: "a", configuration: configuration) { try b.withValueBlocking { $0 + 1 } }
    #expect(try await a.withValue { $0 } == 4)
    await until { loaders.runningCount == 1 }
  }

  @Test func `blocking factories as many as the pool is wide leave the pool free`() async throws {
    let gate = ThreadGate()
    let width = 8
    let loaders = DedicatedThreads(name: "wide", count: width)
    let configuration = CellConfiguration(
      threads: CellThreads(loaders: loaders, observers: DedicatedThreads(name: "o", count: 1)))
    let cells = (0..<width).map { number in
      RuntimeCell<Int>(name: "c\(number)", configuration: configuration) {
        gate.pass()
        return number
      }
    }
    let waiting = cells.map { cell in Task { try await cell.withValue { $0 } } }
    await until { gate.arrived == width }
    // All factories block now; tasks still run.
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 0..<100 { group.addTask { number } }
      return await group.reduce(0, +)
    }
    #expect(sum == 4950)
    gate.open()
    for (number, task) in waiting.enumerated() { #expect(try await task.value == number) }
  }
}
