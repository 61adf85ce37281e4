import Synchronization

/// How much of a pool is in use: pieces of work, waiting ones included, and threads that help with one.
final class ThreadLoad: Sendable {
  private let width: Int
  private let pieces = Atomic(0)
  private let helpers = Atomic(0)

  init(width: Int) { self.width = width }

  /// Threads that have nothing to do and nothing waiting for them.
  var spare: Int { width - pieces.load(ordering: .relaxed) - helpers.load(ordering: .relaxed) }

  func begin() { pieces.wrappingAdd(1, ordering: .relaxed) }
  func end() { pieces.wrappingSubtract(1, ordering: .relaxed) }

  /// Counts the caller as a helper, if no piece needs its thread. Only then ``leave()`` is due.
  func join() -> Bool {
    helpers.wrappingAdd(1, ordering: .relaxed)
    if spare >= 0 { return true }
    leave()
    return false
  }

  func leave() { helpers.wrappingSubtract(1, ordering: .relaxed) }
}
