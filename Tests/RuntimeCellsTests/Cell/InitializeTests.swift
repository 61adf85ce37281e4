import CellContract
import RuntimeCells
import Synchronization
import Testing

@Suite struct InitializeTests {
  @Test func `a fresh cell is empty and reads find nothing`() {
    let cell = RuntimeCell<Int>(name: "c")
    #expect(cell.peek() == nil)
    #expect(cell.withValueIfReady { $0 } == nil)
    #expect(cell.generation == nil)
    #expect(!cell.isReady)
    #expect(cell.snapshot() == CellSnapshot(name: "c"))
  }

  @Test func `a blocking factory runs once and its payload is shared`() async throws {
    let ledger = Ledger()
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    let first = try await cell.lease()
    let second = try await cell.getOrInitialize { ledger.make() }
    #expect(first.value === second.value)
    #expect(ledger.built == 1)
    #expect(first.generation == CellGeneration(1))
    #expect(cell.peek() === first.value)
    #expect(cell.withValueIfReady { $0.number } == 1)
    #expect(cell.withValueIfReady { $1 } == CellGeneration(1))
    let snapshot = cell.snapshot()
    #expect(snapshot.initState == .ready)
    #expect(snapshot.leases == 2)
    #expect(snapshot.lastInitDuration != nil)
  }

  @Test func `a suspending factory works too`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c")
    async let value = cell.getOrInitialize {
      await gate.pass()
      return 7
    }.value
    await gate.arrived()
    #expect(cell.snapshot().initState == .initializing)
    #expect(cell.snapshot().detail == .building)
    #expect(cell.peek() == nil)
    #expect(cell.withValueIfReady { $0 } == nil)
    gate.open()
    #expect(try await value == 7)
    #expect(try await cell.withValue { $0 + 1 } == 8)
    #expect(try await cell.withValue(initializedBy: .blocking { 0 }) { $0 } == 7)
  }

  @Test(arguments: [2, 32, 64]) func `many callers share one flight`(callers: Int) async throws {
    let ledger = Ledger()
    let gate = Gate()
    let cell = RuntimeCell<Probe>(name: "c")
    let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<callers {
        group.addTask {
          try await cell.getOrInitialize {
            await gate.pass()
            return ledger.make()
          }.value.number
        }
      }
      await until { cell.snapshot().waiters == callers }
      gate.open()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(numbers == Array(repeating: 1, count: callers))
    #expect(ledger.built == 1)
  }

  @Test func `nil is a payload like any other`() async throws {
    let runs = Mutex(0)
    let cell = RuntimeCell<Int?>(name: "c") {
      runs.withLock { $0 += 1 }
      return nil
    }
    #expect(try await cell.lease().value == nil)
    #expect(try await cell.lease().value == nil)
    #expect(runs.withLock { $0 } == 1)
    #expect(cell.isReady)
    #expect(cell.peek() == .some(.none))
    try await cell.close()
  }

  @Test func `zero-size and huge payloads work`() async throws {
    let empty = RuntimeCell<Void>(name: "v") {}
    try await empty.withValue { _ in }
    #expect(empty.isReady)
    typealias Big = (InlineArray<4096, UInt64>)
    let big = RuntimeCell<Big>(name: "b") { InlineArray(repeating: 5) }
    #expect(try await big.withValue { $0[4095] } == 5)
    try await big.close()
  }

  @Test func `an empty cell without a factory refuses`() async {
    let cell = RuntimeCell<Int>(name: "c")
    await expectError(.empty) { try await cell.withValue { $0 } }
    await expectError(.empty) { try await cell.lease().value }
  }

  @Test func `a caller without a factory joins a running flight`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c")
    async let first = cell.getOrInitialize {
      await gate.pass()
      return 1
    }.value
    await gate.arrived()
    async let second = cell.withValue { $0 }
    await until { cell.snapshot().waiters == 2 }
    gate.open()
    #expect(try await first == 1)
    #expect(try await second == 1)
  }
}
