import Embedding
import NIOConcurrencyHelpers
import Testing

@testable import VLLMTransport

struct CallGateTests {
  /// Waits inside the gate until it is told to go on.
  private final class Latch: Sendable {
    private let waiting = NIOLockedValueBox<[CheckedContinuation<Void, Never>]>([])
    func wait() async { await withCheckedContinuation { next in waiting.withLockedValue { $0.append(next) } } }
    var count: Int { waiting.withLockedValue { $0.count } }
    func releaseOne() { waiting.withLockedValue { $0.isEmpty ? nil : $0.removeFirst() }?.resume() }
  }

  @Test func `no more than its width at a time, in the order in which they came`() async throws {
    let gate = CallGate(width: 1, maxQueue: 9)
    let latch = Latch()
    let order = Box<Int>()
    let tasks = await (0..<4).asyncMap { number in
      let task = Task {
        try await gate.run {
          order.add(number)
          await latch.wait()
        }
      }
      await until { gate.occupancy.active + gate.occupancy.queued == number + 1 }
      return task
    }
    #expect(gate.occupancy == (1, 3))
    for passed in 1...4 {
      await until { latch.count == 1 }
      #expect(order.values == Array(0..<passed))
      latch.releaseOne()
    }
    for task in tasks { try await task.value }
    #expect(gate.occupancy == (0, 0))
  }

  @Test func `a full queue refuses, a cancelled one leaves it`() async throws {
    let gate = CallGate(width: 1, maxQueue: 1)
    let latch = Latch()
    let first = Task { try await gate.run { await latch.wait() } }
    await until { latch.count == 1 }
    let second = Task { try await gate.run {} }
    await until { gate.occupancy.queued == 1 }
    #expect(await failure { try await gate.run {} }?.code == .overloaded)
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(gate.occupancy == (1, 0))
    latch.releaseOne()
    try await first.value
    #expect(gate.occupancy == (0, 0))
  }

  @Test func `a failing body gives its place back`() async throws {
    struct Broken: Error {}
    let gate = CallGate(width: 1, maxQueue: 0)
    await #expect(throws: Broken.self) { try await gate.run { throw Broken() } }
    try await gate.run {}
  }
}

extension Sequence {
  fileprivate func asyncMap<R>(_ body: (Element) async -> R) async -> [R] {
    var results: [R] = []
    for element in self { results.append(await body(element)) }
    return results
  }
}
