import Synchronization
import Testing

@testable import RuntimeCells

@Suite struct DedicatedThreadsTests {
  @Test func `work runs off the caller and returns or throws`() async throws {
    let threads = DedicatedThreads(name: "t", count: 2)
    #expect(try await threads.run { 41 + 1 } == 42)
    await #expect(throws: TestError(number: 3)) { try await threads.run { throw TestError(number: 3) } }
    #expect(threads.runningCount == 2)
  }

  @Test func `after stop accepted work still runs and new work is refused`() async throws {
    let threads = DedicatedThreads(name: "t", count: 1)
    let gate = ThreadGate()
    let ran = Box<Int>()
    try threads.submit { gate.pass() }
    try threads.submit { ran.add(1) }
    threads.stop()
    await #expect(throws: DedicatedThreadsStopped.self) { try await threads.run { 1 } }
    gate.open()
    await until { ran.values == [1] }
  }

  @Test func `a pool whose threads all fail to start gives an error, and tries again with the next work`() async throws
  {
    let refuse = Mutex(true)
    let threads = DedicatedThreads(name: "t", count: 3) { name, queue in
      refuse.withLock { $0 } ? 11 : ThreadQueue.startThread(name, queue)
    }
    #expect(threads.runningCount == 0)
    let error = await caught { try await threads.run { 1 } } as? DedicatedThreadsUnavailable
    #expect(error?.errno == 11)
    refuse.withLock { $0 = false }
    #expect(try await threads.run { 1 } == 1)
  }

  @Test func `a closure is released with its run, not later`() async throws {
    final class Token: Sendable {}
    let threads = DedicatedThreads(name: "t", count: 1)
    let first = ThreadGate()
    weak var held: Token?
    try {
      let token = Token()
      held = token
      try threads.submit { first.pass() }
      try threads.submit { withExtendedLifetime(token) {} }
    }()
    #expect(held != nil)
    first.open()
    // The third closure runs on the same thread after the second one, which is then gone.
    let isGone = try await threads.run { [weak held] in held == nil }
    #expect(isGone)
  }

  @Test func `a closure that waits for other work of a pool of one gets a replacement`() async throws {
    let threads = DedicatedThreads(name: "t", count: 1)
    let gate = ThreadGate()
    try await threads.run {
      try threads.submit { gate.open() }
      DedicatedThreads.blocking { gate.pass() }
    }
    await until { threads.runningCount == 1 }
  }

  @Test func `outside a pool blocking just runs its body`() {
    #expect(DedicatedThreads.blocking { 3 } == 3)
  }
}
