import CPeers
import RuntimeCells
import Synchronization

private final class Flags: Sendable {
  let stop = Atomic<Bool>(false)
  let started = Atomic<Int>(0)
}

/// Prints wall-clock nanoseconds of the barrier that each drain runs, while threads read.
func barrier(of cell: RuntimeCell<Payload>, readers: Int) async throws {
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
  print(peer_barrier_nanoseconds(20_000))
  flags.stop.store(true, ordering: .relaxed)
  for task in reading { try await task.value }
}
