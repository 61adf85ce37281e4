internal import CCellSupport

/// First-in-first-out queue of closures, served by its own threads. Each thread keeps the queue alive until it ends.
final class ThreadQueue: @unchecked Sendable {
  // @unchecked: every stored property is read and written under `monitor` only.
  typealias Body = @Sendable () -> Void
  /// Starts one thread; the argument is what the thread must run. Returns 0 or an errno value.
  typealias Start = @Sendable (_ name: String, _ queue: ThreadQueue) -> Int32

  private let monitor = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)
  private let name: String
  private let start: Start
  private var waiting: [Job?] = []
  private var next = 0
  private var stopped = false
  /// Threads that serve or will serve, the ones blocked in ``blocking(_:)`` included.
  private var threads = 0
  /// Threads whose present closure waits for something outside.
  private var blocked = 0
  /// Threads whose present closure may take any time.
  private var stalling = 0
  /// Threads kept beyond the width: one as soon as a stalled one had to be relieved, so that this is not done anew for
  /// each short delivery.
  private var spare = 0
  /// Threads that have nothing to do.
  private var idle = 0
  private var width = 0
  private var serial = 0
  private var lastStatus: Int32 = 0

  init(name: String, width: Int, start: @escaping Start = ThreadQueue.startThread) {
    self.name = String(name.prefix(12))
    self.start = start
    cell_monitor_init(monitor)
    self.width = width
    addThreads()
  }

  deinit {
    cell_monitor_destroy(monitor)
    monitor.deallocate()
  }

  /// How many threads serve the queue now.
  var threadCount: Int { locked { threads } }

  private struct Job {
    var body: Body
    var mayStall: Bool
  }

  /// Takes `body` to be run later, or says why it never will be. One that may stall is counted out of the pool's width
  /// while it runs, as soon as other work needs that.
  func submit(_ body: @escaping Body, mayStall: Bool = false) -> Rejection? {
    // A pool that could not start its threads earlier tries again with each piece of work.
    if locked({ threads == 0 && !stopped }) { addThreads() }
    let rejection: Rejection? = locked {
      if stopped { return .stopped }
      guard threads > 0 else { return .noThreads(errno: lastStatus) }
      waiting.append(Job(body: body, mayStall: mayStall))
      cell_monitor_signal(monitor)
      return nil
    }
    if rejection == nil { relieve() }
    return rejection
  }

  /// Adds threads if work waits and those that could do it may be stalled.
  private func relieve() {
    let isNeeded = locked {
      let isNeeded = stalling > 0 && waiting.count - next > idle
      if isNeeded { spare = 1 }
      return isNeeded
    }
    if isNeeded { addThreads() }
  }

  /// Accepts no more work; what was accepted still runs.
  func stop() {
    locked {
      stopped = true
      cell_monitor_broadcast(monitor)
    }
  }

  /// Runs `body`, which waits for something that other work of this queue may have to provide: a replacement thread is
  /// added first when no other thread is free to serve.
  func blocking<R>(_ body: () throws -> R) rethrows -> R {
    locked { blocked += 1 }
    addThreads()
    defer { locked { blocked -= 1 } }
    return try body()
  }

  private func addThreads() {
    while true {
      let name: String? = locked {
        guard !stopped, threads - blocked - stalling < width else { return nil }
        threads += 1
        serial += 1
        return "\(self.name)-\(serial - 1)"
      }
      guard let name else { return }
      let status = start(name, self)
      if status != 0 {
        locked {
          threads -= 1
          lastStatus = status
        }
        return
      }
    }
  }

  /// Serves until the queue is stopped and empty, or until there are more threads than needed. Runs on a thread of its own.
  func serve() {
    cell_thread_set_pool_mark(Unmanaged.passUnretained(self).toOpaque())
    while runNext() {}
  }

  /// The queue that the calling thread serves, if it serves one.
  static var current: ThreadQueue? {
    cell_thread_pool_mark().map { Unmanaged<ThreadQueue>.fromOpaque($0).takeUnretainedValue() }
  }

  private func runNext() -> Bool {
    guard let job = take() else { return false }
    if job.mayStall { relieve() }
    job.body()
    if job.mayStall { locked { stalling -= 1 } }
    return true
  }

  private func take() -> Job? {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    while true {
      if threads - blocked - stalling > width + spare {
        threads -= 1
        // The signal that woke this thread may have been meant for work.
        cell_monitor_signal(monitor)
        return nil
      }
      if next < waiting.count {
        let job = waiting[next]
        // Release the closure with its run, not with the next compaction: it may hold a payload.
        waiting[next] = nil
        next += 1
        if next == waiting.count || (next > 64 && next * 2 > waiting.count) {
          waiting.removeFirst(next)
          next = 0
        }
        if job?.mayStall == true { stalling += 1 }
        return job
      }
      if stopped {
        threads -= 1
        return nil
      }
      idle += 1
      cell_monitor_wait(monitor)
      idle -= 1
    }
  }

  private func locked<R>(_ body: () -> R) -> R {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    return body()
  }

  /// Why work was not accepted.
  enum Rejection: Equatable {
    case stopped
    case noThreads(errno: Int32)
  }
}

extension ThreadQueue {
  /// Starts a detached operating-system thread that serves `queue`.
  static let startThread: Start = { name, queue in
    let context = Unmanaged.passRetained(queue).toOpaque()
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
    return status
  }
}
