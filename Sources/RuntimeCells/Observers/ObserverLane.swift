internal import CellContract

/// Calls one bounded observer, for all cells that have it: one call at a time, so that an observer which hangs holds one
/// thread, however many cells it observes.
final class ObserverLane: Sendable {
  private struct State: Sendable {
    var jobs: [@Sendable () -> Void] = []
    var isRunning = false
  }

  /// Kept, so that no other observer can have its identity meanwhile.
  private let observer: any CellObserver
  private let identity: ObjectIdentifier?
  private let state = Guarded(State())

  private init(_ observer: any CellObserver, identity: ObjectIdentifier?) {
    self.observer = observer
    self.identity = identity
  }

  /// Runs a delivery after those before it, on a thread of the pool, or here when the pool has none.
  func submit(to pool: DedicatedThreads, _ job: @escaping @Sendable () -> Void) {
    let starts = state.withLock { state in
      state.jobs.append(job)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard starts else { return }
    do { try pool.submitStallable { [self] in run() } } catch { run() }
  }

  private func run() {
    while true {
      let jobs = state.withLock { state in
        defer { state.jobs = [] }
        state.isRunning = !state.jobs.isEmpty
        return state.jobs
      }
      if jobs.isEmpty { return }
      for job in jobs { job() }
    }
  }

  // MARK: - One lane for each observer

  private struct Weak: Sendable {
    weak let lane: ObserverLane?
  }

  private static let lanes = Guarded<[ObjectIdentifier: Weak]>([:])

  /// The lane of an observer. One that is no class has no identity, and a lane for each cell.
  static func lane(for observer: any CellObserver) -> ObserverLane {
    guard type(of: observer) is AnyClass else { return ObserverLane(observer, identity: nil) }
    let identity = ObjectIdentifier(observer as AnyObject)
    let new = ObserverLane(observer, identity: identity)
    return lanes.withLock { lanes in
      if let lane = lanes[identity]?.lane { return lane }
      lanes[identity] = Weak(lane: new)
      return new
    }
  }

  deinit {
    guard let identity else { return }
    // What is looked at under the lock is released after it: its own deinit takes the lock too.
    let successor = Self.lanes.withLock { lanes in
      let successor = lanes[identity]?.lane
      if successor == nil { lanes[identity] = nil }
      return successor
    }
    withExtendedLifetime(successor) {}
  }
}
