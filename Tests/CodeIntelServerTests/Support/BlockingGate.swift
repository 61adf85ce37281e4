import Foundation

/// Blocks the threads that pass it until it is opened: for synchronous factories.
final class BlockingGate: @unchecked Sendable {
  // @unchecked: everything is touched under `condition` only.
  private let condition = NSCondition()
  private var isOpen = false
  private let (arrivals, arrived) = AsyncStream<Void>.makeStream()

  func pass() {
    arrived.yield()
    condition.lock()
    while !isOpen { condition.wait() }
    condition.unlock()
  }

  func open() {
    condition.lock()
    isOpen = true
    condition.broadcast()
    condition.unlock()
  }

  /// Returns once somebody is held, or was.
  func waitForArrival() async { for await _ in arrivals { return } }
}
