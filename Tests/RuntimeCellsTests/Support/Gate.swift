import Synchronization

/// Holds tasks until it is opened, and tells how many have arrived.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
    var watching: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// Arrives, and waits until the gate is open. Is not ended by cancellation.
  func pass() async {
    await withCheckedContinuation { continuation in
      let resume = state.withLock { state in
        state.arrived += 1
        let reached = state.watching.filter { $0.count <= state.arrived }.map(\.continuation)
        state.watching.removeAll { $0.count <= state.arrived }
        if state.isOpen { return reached + [continuation] }
        state.waiting.append(continuation)
        return reached
      }
      for continuation in resume { continuation.resume() }
    }
  }

  /// Returns when `count` have arrived.
  func arrived(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        if state.arrived >= count { return true }
        state.watching.append((count, continuation))
        return false
      }
      if isReached { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
