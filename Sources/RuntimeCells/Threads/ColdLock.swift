internal import CCellSupport

/// A mutex for paths that are not hot. A plain pthread mutex, because the thread sanitizer reports false races in
/// `Synchronization.Mutex` on Linux as soon as it contends.
final class ColdLock: @unchecked Sendable {
  // @unchecked: the monitor is made for use from many threads.
  private let monitor = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)

  init() { cell_monitor_init(monitor) }

  deinit {
    cell_monitor_destroy(monitor)
    monitor.deallocate()
  }

  /// Runs `body` alone. `body` must not call user code.
  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    return try body()
  }
}
