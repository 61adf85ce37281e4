import CellConformance

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which cells' factories run on which threads: so a cell learns whom its factory asks.
final class FactoryStack: @unchecked Sendable {
  // @unchecked: `running` is used under the monitor only.
  static let shared = FactoryStack()
  private let monitor = Monitor()
  private var running: [AnyHashable: [LockCell]] = [:]

  /// Runs a factory of `cell` on the calling thread.
  func run<R>(for cell: LockCell, _ body: () -> R) -> R {
    let thread = AnyHashable(pthread_self())
    monitor.locked { running[thread, default: []].append(cell) }
    defer {
      // Taken out under the lock, released after it: it may be the last reference.
      let ended = monitor.locked { () -> LockCell? in
        defer { if running[thread]?.isEmpty == true { running[thread] = nil } }
        return running[thread]?.popLast()
      }
      withExtendedLifetime(ended) {}
    }
    return body()
  }

  /// The cell whose factory runs on the calling thread, if any.
  var current: LockCell? { monitor.locked { running[AnyHashable(pthread_self())]?.last } }
}

extension LockCell {
  /// If a factory asks, its cell needs this one.
  func noteNeed() {
    guard let asking = FactoryStack.shared.current, asking !== self else { return }
    asking.monitor.locked { _ = asking.needs.insert(name) }
  }
}
