import CellConformance

/// Runs an actor's jobs in an order drawn from a seed, last ones more often than first ones: one job at a time, on one
/// thread of its own. Swift promises no order, so a correct actor works on it.
final class HostileScheduler: SerialExecutor, @unchecked Sendable {
  // @unchecked: the variables are used under `monitor` only.
  private let monitor = Monitor()
  private var waiting: [UnownedJob] = []
  private var random: SeededRandom

  init(seed: UInt64) throws {
    random = SeededRandom(seed: seed)
    try KitThread.start("hostile-order") { self.serve() }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    monitor.locked {
      waiting.append(job)
      monitor.broadcast()
    }
  }

  private func serve() {
    while true {
      let job = monitor.locked { () -> UnownedJob in
        while waiting.isEmpty { monitor.wait() }
        let isLast = Bool.random(using: &random)
        return waiting.remove(at: isLast ? waiting.count - 1 : Int.random(in: 0..<waiting.count, using: &random))
      }
      job.runSynchronously(on: asUnownedSerialExecutor())
    }
  }
}
