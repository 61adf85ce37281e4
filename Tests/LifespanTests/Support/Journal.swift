import Synchronization

/// What happened, in order, and a way to wait until something has.
final class Journal: Sendable {
  private struct State {
    var entries: [String] = []
    var watchers: [(entry: String, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var entries: [String] { state.withLock { $0.entries } }

  func count(of entry: String) -> Int { entries.count { $0 == entry } }

  func note(_ entry: String) {
    let woken = state.withLock { state in
      state.entries.append(entry)
      let seen = state.entries.count { $0 == entry }
      let woken = state.watchers.filter { $0.entry == entry && $0.count <= seen }
      state.watchers.removeAll { $0.entry == entry && $0.count <= seen }
      return woken
    }
    for watcher in woken { watcher.continuation.resume() }
  }

  /// Returns once `entry` was noted `count` times.
  func has(_ entry: String, times count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.entries.count(where: { $0 == entry }) >= count { return true }
        state.watchers.append((entry, count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
