internal import CCellSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Starts operating-system threads that belong to the kit: rules may block them, unlike those of the cooperative pool.
package enum KitThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread.
  ///
  /// - Throws: ``KitError`` when the system has no thread to give.
  package static func start(_ name: String, _ run: @escaping @Sendable () -> Void) throws {
    let context = Unmanaged.passRetained(Body(run)).toOpaque()
    var thread = pthread_t()
    let status = cell_thread_start(
      &thread, name,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    guard status == 0 else {
      Unmanaged<Body>.fromOpaque(context).release()
      throw KitError("the system gave no thread (errno \(status)): close other programs or raise the thread limit")
    }
    pthread_detach(thread)
  }

  /// Lets other runnable threads go first.
  package static func yield() { _ = sched_yield() }
}
