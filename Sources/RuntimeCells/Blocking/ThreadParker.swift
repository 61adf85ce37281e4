internal import CCellSupport

/// Blocks one plain thread until an answer comes.
final class ThreadParker<Answer: Sendable>: @unchecked Sendable {
  // @unchecked: `answer` is used under the monitor only.
  private let monitor = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)
  private var answer: Answer?

  init() { cell_monitor_init(monitor) }

  deinit {
    cell_monitor_destroy(monitor)
    monitor.deallocate()
  }

  /// Gives the answer; the first one counts.
  func resume(with answer: Answer) {
    cell_monitor_lock(monitor)
    if self.answer == nil { self.answer = answer }
    cell_monitor_signal(monitor)
    cell_monitor_unlock(monitor)
  }

  /// Blocks until there is an answer. On a thread of a pool the pool gets a replacement first.
  func park() -> Answer {
    DedicatedThreads.blocking {
      cell_monitor_lock(monitor)
      defer { cell_monitor_unlock(monitor) }
      while true {
        if let answer { return answer }
        cell_monitor_wait(monitor)
      }
    }
  }
}
