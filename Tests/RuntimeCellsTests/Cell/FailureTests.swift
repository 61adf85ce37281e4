import CellContract
import RuntimeCells
import Synchronization
import Testing

@Suite struct FailureTests {
  @Test func `the factory's error goes to leader and waiters alike, in the same form`() async {
    let gate = Gate()
    let runs = Mutex(0)
    let cell = RuntimeCell<Int>(name: "c") {
      runs.withLock { $0 += 1 }
      await gate.pass()
      throw TestError(number: 4)
    }
    let errors = await withTaskGroup(of: (any Error)?.self) { group in
      for _ in 0..<8 { group.addTask { await caught { try await cell.lease().value } } }
      await until { cell.snapshot().waiters == 8 }
      gate.open()
      return await group.reduce(into: []) { $0.append($1 as? CellError) }
    }
    #expect(errors.count == 8)
    for error in errors {
      #expect(error?.code == .initializationFailed)
      #expect(error?.attempt == 1)
      #expect(error?.generation == CellGeneration(1))
      #expect(error?.underlying as? TestError == TestError(number: 4))
    }
    #expect(runs.withLock { $0 } == 1)
    #expect(cell.snapshot().lastError?.contains("4") == true)
  }

  @Test func `a factory that fails twice and then works makes the cell ready`() async throws {
    let runs = Mutex(0)
    let cell = RuntimeCell<Int>(name: "c") {
      let run = runs.withLock {
        $0 += 1
        return $0
      }
      if run < 3 { throw TestError(number: run) }
      return run
    }
    await expectError(.initializationFailed) { try await cell.lease().value }
    let second = await expectError(.initializationFailed) { try await cell.lease().value }
    #expect(second?.attempt == 2)
    #expect(cell.snapshot().initState == .empty)
    #expect(try await cell.lease().value == 3)
    #expect(cell.generation == CellGeneration(1))
    #expect(cell.snapshot().lastError == nil)
  }

  @Test func `a cancelled waiter leaves at once and the flight goes on`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c") {
      await gate.pass()
      return 1
    }
    let waiter = Task { try await cell.lease().value }
    let leader = Task { try await cell.lease().value }
    await until { cell.snapshot().waiters == 2 }
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    #expect(cell.snapshot().waiters == 1)
    #expect(cell.snapshot().initState == .initializing)
    gate.open()
    #expect(try await leader.value == 1)
  }

  @Test func `a cancelled leader does not take the flight with it`() async throws {
    let gate = Gate()
    let runs = Mutex(0)
    let cell = RuntimeCell<Int>(name: "c") {
      runs.withLock { $0 += 1 }
      await gate.pass()
      return Task.isCancelled ? -1 : 1
    }
    let leader = Task { try await cell.lease().value }
    await gate.arrived()
    leader.cancel()
    await #expect(throws: CancellationError.self) { try await leader.value }
    let later = Task { try await cell.lease().value }
    await until { cell.snapshot().waiters == 1 }
    gate.open()
    #expect(try await later.value == 1)
    #expect(runs.withLock { $0 } == 1)
  }

  @Test func `a caller that is cancelled already gets CancellationError and starts nothing`() async {
    let cell = RuntimeCell<Int>(name: "c") { 1 }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await cell.lease().value
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(cell.snapshot().attempts == 0)
  }

  @Test func `a caller's deadline ends its wait only`() async throws {
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c") {
      await gate.pass()
      return 1
    }
    let patient = Task { try await cell.lease().value }
    await gate.arrived()
    await expectError(.warmingUp) { try await cell.lease(deadline: .zero).value }
    gate.open()
    #expect(try await patient.value == 1)
    await expectError(.invalidArgument) {
      try await RuntimeCell<Int>(name: "d") { 1 }.lease(deadline: .seconds(-1)).value
    }
  }

  @Test func `a factory that asks for its own cell is told so`() async throws {
    let holder = Mutex<RuntimeCell<Int>?>(nil)
    let cell = RuntimeCell<Int>(name: "c") {
      guard let cell = holder.withLock({ $0 }) else { return 0 }
      return try await cell.lease().value + 1
    }
    holder.withLock { $0 = cell }
    let error = await expectError(.initializationFailed) { try await cell.lease().value }
    let cause = error?.underlying as? CellError
    #expect(cause?.code == .reentrant)
    #expect(cause?.path == ["c", "c"])
    holder.withLock { $0 = nil }
  }
}
