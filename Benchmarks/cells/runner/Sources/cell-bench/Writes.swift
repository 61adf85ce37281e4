import CPeers
import CellContract
import RuntimeCells
import Synchronization

private final class Flags: Sendable {
  let stop = Atomic<Bool>(false)
  let started = Atomic<Int>(0)
}

/// Prints nanoseconds of the clock on the wall for a swap, or for the barrier that ends each swap's drain, while threads read.
func writes(_ name: String, readers: Int) async throws {
  let authority = SwapAuthority()
  let cell = RuntimeCell<Payload>(
    name: "bench",
    configuration: .init(environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority)
  ) { Payload() }
  try await cell.withValue { _ in }
  let flags = Flags()
  let pool = DedicatedThreads(name: "readers", count: max(1, readers))
  let reading = (0..<readers).map { _ in
    Task {
      try await pool.run {
        flags.started.wrappingAdd(1, ordering: .relaxed)
        while !flags.stop.load(ordering: .relaxed) { _ = reads(cell, 1000) }
      }
    }
  }
  while flags.started.load(ordering: .relaxed) < readers { await Task.yield() }
  if name == "barrier" {
    print(peer_barrier_nanoseconds(2000))
  } else {
    let permit = authority.permit(reason: "bench")
    let count = 2000
    let begun = ContinuousClock.now
    for _ in 0..<count { try await cell.swap(permit: permit, factory: .async { Payload() }) }
    print((ContinuousClock.now - begun) / count / .nanoseconds(1))
  }
  flags.stop.store(true, ordering: .relaxed)
  for task in reading { try await task.value }
}
