internal import CCellSupport

/// A few operating-system threads of our own, for work that blocks or computes for long.
///
/// The cooperative pool is as wide as the machine has cores, so one blocking call there can stop a whole process
/// (design decision D13). Work given to ``run(_:)`` runs on these threads in the order in which it was given; the caller
/// suspends and never blocks. Closures may block, but a closure must not wait for another one of the same pool.
///
/// Memory: one 8 MiB virtual stack a thread, touched pages only. Threads start at `init` and end at ``stop()`` or `deinit`.
public final class DedicatedThreads: Sendable {
  private let queue: ThreadQueue
  /// The number of threads, at least 1.
  public let count: Int

  /// Starts `count` threads (at least one) whose operating-system names begin with `name` (12 bytes are kept).
  public init(name: String, count: Int) {
    self.count = max(1, count)
    queue = ThreadQueue()
    for number in 0..<self.count { queue.startThread(named: "\(name.prefix(12))-\(number)") }
  }

  /// Runs `body` on one of the threads and returns what it returned.
  ///
  /// Cancelling the caller does not stop a body that has begun; a body that has not begun is still run, because its
  /// effects may be owed to somebody else. Bodies that want to stop early look at their own flag.
  ///
  /// - Throws: what `body` throws; ``DedicatedThreadsStopped`` after ``stop()``.
  public func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<R, any Error>) in
      let accepted = queue.submit { continuation.resume(with: Result(catching: body)) }
      if !accepted { continuation.resume(throwing: DedicatedThreadsStopped()) }
    }
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
