/// A few operating-system threads of our own, for work that blocks or computes for long.
///
/// The cooperative pool is as wide as the machine has cores, so one blocking call there can stop a whole process
/// (design decision D13). Work given to ``run(_:)`` runs on these threads in the order in which it was given; the caller
/// suspends and never blocks. Closures may block; one that is going to wait for other work of the same pool says so with
/// ``blocking(_:)``, which adds a thread for that time.
///
/// Memory: one 8 MiB virtual stack a thread, touched pages only. Threads start at `init` and end at ``stop()`` or `deinit`.
public final class DedicatedThreads: Sendable {
  private let queue: ThreadQueue
  /// The number of threads asked for, at least 1. ``runningCount`` tells how many there are.
  public let count: Int

  /// Starts `count` threads (at least one) whose operating-system names begin with `name` (12 bytes are kept).
  ///
  /// When the system refuses threads, fewer serve; when it refuses all of them, ``run(_:)`` throws.
  public convenience init(name: String, count: Int) {
    self.init(name: name, count: count, start: ThreadQueue.startThread)
  }

  init(name: String, count: Int, start: @escaping ThreadQueue.Start) {
    self.count = max(1, count)
    queue = ThreadQueue(name: name, width: self.count, start: start)
  }

  /// How many threads exist now, the ones added by ``blocking(_:)`` included.
  public var runningCount: Int { queue.threadCount }

  /// Runs `body` on one of the threads and returns what it returned.
  ///
  /// Cancelling the caller does not stop a body that has begun; a body that has not begun is still run, because its
  /// effects may be owed to somebody else. Bodies that want to stop early look at their own flag.
  ///
  /// - Throws: what `body` throws; ``DedicatedThreadsStopped`` after ``stop()``; ``DedicatedThreadsUnavailable`` when the
  ///   system gives the pool not one thread.
  public func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    // A continuation that is resumed before its task has suspended orders memory, but not in a way that the thread
    // sanitizer can see: it then reports whatever the body made as a race. A lock that both sides pass shows the order,
    // and the checked continuation's own code is in the runtime library, where the sanitizer does not look.
    let order = ColdLock()
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<R, any Error>, Never>) in
      do {
        try submit {
          let result = Result(catching: body)
          order.withLock {}
          continuation.resume(returning: result)
        }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    order.withLock {}
    return try result.get()
  }

  /// Runs `body` later on one of the threads, without waiting for it.
  ///
  /// - Throws: ``DedicatedThreadsStopped`` or ``DedicatedThreadsUnavailable``; then `body` will never run.
  public func submit(_ body: @escaping @Sendable () -> Void) throws {
    try submit(body, mayStall: false)
  }

  /// Runs `body` later on one of the threads. It may take as long as it likes: as soon as other work finds every thread
  /// busy, the pool gets a replacement for the time that `body` runs.
  ///
  /// - Throws: as ``submit(_:)``.
  func submitStallable(_ body: @escaping @Sendable () -> Void) throws {
    try submit(body, mayStall: true)
  }

  private func submit(_ body: @escaping @Sendable () -> Void, mayStall: Bool) throws {
    switch queue.submit(body, mayStall: mayStall) {
    case nil: return
    case .stopped: throw DedicatedThreadsStopped()
    case .noThreads(let errno): throw DedicatedThreadsUnavailable(errno: errno)
    }
  }

  /// Runs `body` at once, on the calling thread. If that is a thread of a pool, the pool first gets a replacement, so that
  /// work which `body` waits for can run even in a pool of one.
  public static func blocking<R>(_ body: () throws -> R) rethrows -> R {
    guard let queue = ThreadQueue.current else { return try body() }
    return try queue.blocking(body)
  }

  /// Accepts no more work; what was accepted still runs. Returns at once and may be called again.
  public func stop() { queue.stop() }

  deinit { queue.stop() }
}

/// Work was given to a ``DedicatedThreads`` that has been stopped.
public struct DedicatedThreadsStopped: Error, Sendable, CustomStringConvertible {
  /// A sentence for people.
  public var description: String { "this worker pool was stopped: create a new one, or stop it later" }
}

/// The operating system refused every thread of a ``DedicatedThreads``.
public struct DedicatedThreadsUnavailable: Error, Sendable, CustomStringConvertible {
  /// The system's error number, as from `pthread_create`.
  public let errno: Int32
  /// A sentence for people.
  public var description: String {
    "the system refused to start a worker thread (errno \(errno)): raise the limit on threads or memory, or use fewer pools"
  }
}
