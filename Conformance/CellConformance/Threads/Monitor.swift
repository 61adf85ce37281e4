internal import CCellSupport

/// A mutex with one condition variable, in the plain pthread form that the thread sanitizer understands.
package final class Monitor: @unchecked Sendable {
  // @unchecked: `raw` is set once and the C functions are made for many threads.
  private let raw = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)

  package init() { cell_monitor_init(raw) }

  deinit {
    cell_monitor_destroy(raw)
    raw.deallocate()
  }

  /// Runs `body` with the mutex held.
  package func locked<R>(_ body: () throws -> R) rethrows -> R {
    cell_monitor_lock(raw)
    defer { cell_monitor_unlock(raw) }
    return try body()
  }

  /// Gives the mutex up until somebody broadcasts. Only inside ``locked(_:)``; may return early.
  package func wait() { cell_monitor_wait(raw) }

  /// Like ``wait()``, for at most `nanoseconds`. Returns false when the time passed.
  package func wait(nanoseconds: UInt64) -> Bool { cell_monitor_wait_for(raw, nanoseconds) == 0 }

  /// Wakes everybody who waits.
  package func broadcast() { cell_monitor_broadcast(raw) }

  /// Wakes one of those who wait: what a broken cell does where it should wake all.
  package func signalOne() { cell_monitor_signal(raw) }
}
