import Synchronization
import Testing

@testable import Embedding

struct BatchRunnerTests {
  @Test func `results come in the items' order`() async throws {
    let runner = BatchRunner(name: "m", threads: 3)
    #expect(try await runner.map(Array(0..<500)) { item, _ in item * 2 } == (0..<500).map { $0 * 2 })
    #expect(try await runner.map([Int]()) { item, _ in item } == [])
  }

  @Test func `after cancellation no further piece starts`() async throws {
    let runner = BatchRunner(name: "m", threads: 1)
    let started = Mutex<[Int]>([])
    let cancel = Mutex<(@Sendable () -> Void)?>(nil)
    let task = Task {
      withUnsafeCurrentTask { current in
        // The handle is used on the pieces' thread while this task waits for them, so it is alive.
        let handle = UncheckedHandle(task: current)
        cancel.withLock { $0 = { handle.task?.cancel() } }
      }
      return try await runner.map(Array(0..<100)) { item, _ in
        started.withLock { $0.append(item) }
        if item == 5 { cancel.withLock { $0 }?() }
        return item
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(started.withLock { $0 } == [0, 1, 2, 3, 4, 5])
  }

  private struct UncheckedHandle: @unchecked Sendable {
    let task: UnsafeCurrentTask?
  }

  @Test func `the first error ends the rest`() async throws {
    let runner = BatchRunner(name: "m", threads: 1)
    let started = Mutex(0)
    await #expect(throws: EmbeddingError.self) {
      try await runner.map(Array(0..<100)) { item, _ in
        started.withLock { $0 += 1 }
        if item == 3 { throw EmbeddingError(.degenerateVector, "test") }
      }
    }
    #expect(started.withLock { $0 } == 4)
  }

  @Test func `a stopped runner refuses`() async throws {
    let runner = BatchRunner(name: "m", threads: 1)
    runner.stop()
    let error = await #expect(throws: EmbeddingError.self) { try await runner.map([1]) { item, _ in item } }
    #expect(error?.code == .closed)
    #expect(error?.message.contains("m") == true)
  }

  @Test func `another caller finishes while a long call is under way`() async throws {
    let runner = BatchRunner(name: "m", threads: 1)
    let (begun, began) = AsyncStream<Void>.makeStream()
    let long = Task {
      try await runner.map(Array(0..<1_000_000)) { item, _ in
        if item == 0 { began.finish() }
      }
    }
    for await _ in begun {}
    // Were the long call's pieces queued as a block, this would wait for all of them, and nothing be left to cancel.
    #expect(try await runner.map([7]) { item, _ in item } == [7])
    long.cancel()
    await #expect(throws: CancellationError.self) { try await long.value }
  }

  // MARK: - Sharing

  @Test func `a piece that is alone is shared with the idle thread`() async throws {
    let runner = BatchRunner(name: "m", threads: 2)
    let members = Box<Int>()
    _ = try await runner.map([0]) { _, workspace in
      let both = Atomic(0)
      workspace.team?.divide(2) { _, member in
        members.add(member)
        both.wrappingAdd(1, ordering: .relaxed)
        // Neither ends before the other has begun.
        while both.load(ordering: .relaxed) < 2 {}
      }
    }
    #expect(members.values.sorted() == [0, 1])
  }

  @Test func `pieces that keep all threads busy are not shared`() async throws {
    let runner = BatchRunner(name: "m", threads: 2)
    let shared = Box<Bool>()
    let running = Atomic(0)
    _ = try await runner.map([0, 1]) { _, workspace in
      running.wrappingAdd(1, ordering: .relaxed)
      // Both are on their threads now; the second to come finds no thread idle.
      while running.load(ordering: .relaxed) < 2 {}
      shared.add(workspace.team != nil)
    }
    #expect(shared.values.contains(false))
    let single = BatchRunner(name: "m", threads: 1)
    _ = try await single.map([0]) { _, workspace in shared.add(workspace.team != nil) }
    #expect(shared.values.last == false)
  }

  @Test func `a helping thread goes to a piece that comes meanwhile`() async throws {
    let runner = BatchRunner(name: "m", threads: 2)
    let (helped, helps) = AsyncStream<Void>.makeStream()
    let came = Box<Int>()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = try await runner.map([0]) { _, workspace in
          // The first step proves that the other thread helps.
          let both = Atomic(0)
          workspace.team?.divide(2) { _, _ in
            both.wrappingAdd(1, ordering: .relaxed)
            while both.load(ordering: .relaxed) < 2 {}
          }
          helps.finish()
          // The work never ends until the other piece has had its turn, which needs the helper's thread.
          while came.values.isEmpty { workspace.team?.divide(8) { _, _ in } }
        }
      }
      for await _ in helped {}
      group.addTask { _ = try await runner.map([1]) { _, _ in came.add(1) } }
      try await group.waitForAll()
    }
    #expect(came.values == [1])
  }
}
