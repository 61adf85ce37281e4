import CCellSupport

/// Blocks plain threads until it is opened.
final class ThreadGate: @unchecked Sendable {
  // @unchecked: the state is used under the monitor only.
  private let monitor = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)
  private var isOpen = false
  private(set) var count = 0

  init() { cell_monitor_init(monitor) }
  deinit {
    cell_monitor_destroy(monitor)
    monitor.deallocate()
  }

  var arrived: Int {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    return count
  }

  func pass() {
    cell_monitor_lock(monitor)
    defer { cell_monitor_unlock(monitor) }
    count += 1
    while !isOpen { cell_monitor_wait(monitor) }
  }

  func open() {
    cell_monitor_lock(monitor)
    isOpen = true
    cell_monitor_broadcast(monitor)
    cell_monitor_unlock(monitor)
  }
}
