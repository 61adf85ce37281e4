/// Where tasks of the kit run: two threads of its own, so that a backend that blocks them stops neither the test run nor
/// the process, and so that the kit can see when nothing is left to run.
///
/// Child tasks and default actors follow a task onto this executor; `Task { }` inside a backend does not.
package final class KitExecutor: TaskExecutor, @unchecked Sendable {
  // @unchecked: the variables are read and written under `monitor` only.
  package static let width = 2
  private let monitor = Monitor()
  private var waiting: [UnownedJob] = []
  private var running = 0
  fileprivate let order: Order
  private var random: SeededRandom

  /// Which of the waiting jobs runs next. A correct backend works under any of them.
  package enum Order: Sendable, Hashable {
    case firstInFirstOut, lastInFirstOut
    case shuffled(seed: UInt64)
    /// None of them, ever: the broken driver that the kit's own tests need.
    case never
  }

  package init(order: Order = .firstInFirstOut) throws {
    self.order = order
    if case .shuffled(let seed) = order { random = SeededRandom(seed: seed) } else { random = SeededRandom(seed: 0) }
    for number in 0..<Self.width { try KitThread.start("cell-exec-\(number)") { self.serve() } }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    monitor.locked {
      waiting.append(job)
      monitor.signalOne()
    }
  }

  /// Whether no job waits and none runs.
  package var isIdle: Bool { monitor.locked { waiting.isEmpty && running == 0 } }

  private func serve() {
    while true {
      let job = monitor.locked { () -> UnownedJob in
        while waiting.isEmpty || order == .never { monitor.wait() }
        running += 1
        return takeNext()
      }
      job.runSynchronously(on: asUnownedTaskExecutor())
      monitor.locked { running -= 1 }
    }
  }

  private func takeNext() -> UnownedJob {
    switch order {
    case .firstInFirstOut: waiting.removeFirst()
    case .lastInFirstOut, .never: waiting.removeLast()
    case .shuffled: waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
    }
  }
}

/// Keeps executors from one rule to the next, because starting threads is what costs; one that a backend has blocked is
/// never used again and never freed, because jobs may still know it.
package final class ExecutorShelf: @unchecked Sendable {
  // @unchecked: `free` and `lost` are used under the monitor only.
  package static let shared = ExecutorShelf()
  private let monitor = Monitor()
  // By order: one that runs last jobs first must never serve a rule that counts on first ones first.
  private var free: [KitExecutor.Order: [KitExecutor]] = [:]
  private var lost: [KitExecutor] = []

  package func take(order: KitExecutor.Order = .firstInFirstOut) throws -> KitExecutor {
    if let executor = monitor.locked({ free[order]?.popLast() }) { return executor }
    return try KitExecutor(order: order)
  }

  package func giveBack(_ executor: KitExecutor, blocked: Bool) {
    monitor.locked { if blocked { lost.append(executor) } else { free[executor.order, default: []].append(executor) } }
  }
}
