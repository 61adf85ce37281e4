import Synchronization

/// Holds back whoever passes until it is opened, and tells who arrived: order facts instead of sleeps.
final class TestGate: Sendable {
  private struct State {
    var isOpen = false
    var arrivals = 0
    var cancellations = 0
    var next = 0
    var held: [Int: CheckedContinuation<Void, any Error>] = [:]
    var watchers: [(test: @Sendable (Int, Int) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  init(isOpen: Bool = false) { state.withLock { $0.isOpen = isOpen } }

  /// Passes an open gate; else waits, and throws when the task is cancelled.
  func pass() async throws {
    let number = state.withLock { state in
      state.next += 1
      state.arrivals += 1
      return state.next
    }
    notify()
    do {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
          let passes: Bool? = state.withLock { state in
            if state.isOpen { return true }
            if Task.isCancelled { return false }
            state.held[number] = continuation
            return nil
          }
          if passes == true { continuation.resume() }
          if passes == false { continuation.resume(throwing: CancellationError()) }
        }
      } onCancel: {
        state.withLock { $0.held.removeValue(forKey: number) }?.resume(throwing: CancellationError())
      }
    } catch {
      state.withLock { $0.cancellations += 1 }
      notify()
      throw error
    }
  }

  func open() {
    let held = state.withLock { state in
      state.isOpen = true
      defer { state.held = [:] }
      return Array(state.held.values)
    }
    for continuation in held { continuation.resume() }
  }

  func close() { state.withLock { $0.isOpen = false } }

  /// Returns once `count` have arrived since the beginning.
  func waitForArrivals(_ count: Int) async { await wait { arrivals, _ in arrivals >= count } }

  /// Returns once `count` were cancelled while they were held.
  func waitForCancellations(_ count: Int) async { await wait { _, cancellations in cancellations >= count } }

  private func wait(_ test: @escaping @Sendable (Int, Int) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if test(state.arrivals, state.cancellations) { return true }
        state.watchers.append((test, continuation))
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  private func notify() {
    let ready = state.withLock { state in
      let ready = state.watchers.filter { $0.test(state.arrivals, state.cancellations) }.map(\.continuation)
      let (arrivals, cancellations) = (state.arrivals, state.cancellations)
      state.watchers.removeAll { $0.test(arrivals, cancellations) }
      return ready
    }
    for continuation in ready { continuation.resume() }
  }
}
