import CPeers
import CellContract
import RuntimeCells
import Synchronization

final class Payload: Sendable { let one: UInt64 = 1 }

private final class Readers: Sendable {
  let stop = Atomic<Bool>(false)
  let failed = Atomic<UInt64>(0)
  let reads = Atomic<UInt64>(0)
}

/// Swaps while one thread a core reads without a pause. A read that finds no payload has failed.
///
/// Publish latency is the time from the end of the factory, when the new payload is there, to the return of `swap`, when
/// every read that begins sees it.
func swapsUnderLoad(count: Int) async throws {
  let authority = SwapAuthority()
  let cell = RuntimeCell<Payload>(
    name: "bench",
    configuration: CellConfiguration(
      environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority)
  ) { Payload() }
  try await cell.withValue { _ in }
  let readers = Readers()
  let cores = 2
  let pool = DedicatedThreads(name: "readers", count: cores)
  let reading = (0..<cores).map { _ in
    Task {
      try await pool.run {
        while !readers.stop.load(ordering: .relaxed) {
          var missed: UInt64 = 0
          for _ in 0..<10_000 where cell.withValueIfReady({ $0.one }) == nil { missed += 1 }
          readers.reads.wrappingAdd(10_000, ordering: .relaxed)
          readers.failed.wrappingAdd(missed, ordering: .relaxed)
        }
      }
    }
  }
  let permit = authority.permit(reason: "bench")
  var publish: [UInt64] = []
  var whole: [UInt64] = []
  let built = Mutex<UInt64>(0)
  for _ in 0..<count {
    let begun = peer_wall_nanoseconds()
    try await cell.swap(
      permit: permit, deadline: nil,
      factory: .async {
        let payload = Payload()
        built.withLock { $0 = peer_wall_nanoseconds() }
        return payload
      })
    let ended = peer_wall_nanoseconds()
    publish.append(ended - built.withLock { $0 })
    whole.append(ended - begun)
  }
  readers.stop.store(true, ordering: .relaxed)
  for task in reading { try await task.value }
  try await cell.close(deadline: nil)
  let snapshot = cell.snapshot()
  publish.sort()
  whole.sort()
  print("publish_p50_us", Double(publish[publish.count / 2]) / 1000)
  print("publish_p99_us", Double(publish[publish.count * 99 / 100]) / 1000)
  print("swap_p50_us", Double(whole[whole.count / 2]) / 1000)
  print("swap_p99_us", Double(whole[whole.count * 99 / 100]) / 1000)
  print("swaps", count)
  print("reads", readers.reads.load(ordering: .relaxed))
  print("failed_reads", readers.failed.load(ordering: .relaxed))
  print("built_minus_disposed", Int(snapshot.built) - Int(snapshot.disposed))
}
