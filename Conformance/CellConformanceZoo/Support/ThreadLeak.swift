import CellConformance

/// Threads that a broken cell leaves behind. They end with the cell, so that thousands of runs do not exhaust the system.
final class ThreadLeak: @unchecked Sendable {
  // @unchecked: `isOver` is used under the monitor only.
  private let monitor = Monitor()
  private var isOver = false

  func begin() {
    try? KitThread.start("lock-leak") { [self] in
      monitor.locked { while !isOver { monitor.wait() } }
    }
  }

  func end() {
    monitor.locked {
      isOver = true
      monitor.broadcast()
    }
  }
}
