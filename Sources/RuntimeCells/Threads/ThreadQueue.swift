internal import CCellSupport

/// First-in-first-out queue of closures, served by its own threads. Each thread keeps the queue alive until it ends.
final class ThreadQueue: @unchecked Sendable {
  // @unchecked: every stored property is read and written under `monitor` only.
  private let monitor = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)
  private var waiting: [@Sendable () -> Void] = []
  private var next = 0
  private var stopped = false

  init() { cell_monitor_init(monitor) }

  deinit {
    cell_monitor_destroy(monitor)
    monitor.deallocate()
  }

  /// Returns false, without running anything, once the queue is stopped.
  func submit(_ body: @escaping @Sendable () -> Void) -> Bool {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    guard !stopped else { return false }
    waiting.append(body)
    cell_monitor_signal(monitor)
    return true
  }

  func stop() {
    cell_monitor_lock(monitor)
    stopped = true
    cell_monitor_broadcast(monitor)
    cell_monitor_unlock(monitor)
  }

  func startThread(named name: String) {
    let context = Unmanaged.passRetained(self).toOpaque()
    var thread = pthread_t()
    let status = cell_thread_start(
      &thread, name,
      { context in
        guard let context else { return nil }
        Unmanaged<ThreadQueue>.fromOpaque(context).takeRetainedValue().serve()
        return nil
      }, context)
    if status == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged<ThreadQueue>.fromOpaque(context).release()
    }
  }

  private func serve() {
    while let body = take() { body() }
  }

  private func take() -> (@Sendable () -> Void)? {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    while true {
      if next < waiting.count {
        let body = waiting[next]
        next += 1
        // Compact now and then instead of shifting the array at every take.
        if next > 64, next * 2 > waiting.count {
          waiting.removeFirst(next)
          next = 0
        }
        return body
      }
      if stopped { return nil }
      cell_monitor_wait(monitor)
    }
  }
}
