// Nanoseconds of thread CPU time per operation, for one case and a number of threads: `cell-bench CASE THREADS`.
// The script that alternates cases and peers, and takes medians, is Benchmarks/cells/run.
import CPeers
import RuntimeCells
import Synchronization

/// Not a constant that the optimiser knows: a read must go to the payload, as the peers' reads do.
final class Payload: Sendable {
  let one: UInt64
  init() { one = UInt64(CommandLine.arguments.count).signum() == 1 ? 1 : 0 }
}

actor Holder {
  let payload = Payload()
  func one() -> UInt64 { payload.one }
}

final class Guarded: Sendable { let payload = Mutex(Payload()) }

@inline(never) func reads(_ cell: RuntimeCell<Payload>, _ count: UInt64) -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= cell.withValueIfReady { $0.one } ?? 0 }
  return sum
}

@inline(never) func leases(_ cell: RuntimeCell<Payload>, _ count: UInt64) -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count {
    if let lease = cell.leaseIfReady() { sum &+= lease.withValue { $0.one } }
  }
  return sum
}

@inline(never) func blockingLeases(_ cell: RuntimeCell<Payload>, _ count: UInt64) throws -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= try cell.withValueBlocking { $0.one } }
  return sum
}

@inline(never) func mutexReads(_ guarded: Guarded, _ count: UInt64) -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= guarded.payload.withLock { $0.one } }
  return sum
}

@inline(never) func asyncReads(_ cell: RuntimeCell<Payload>, _ count: UInt64) async throws -> UInt64 {
  // Never suspends while the cell is ready, so the thread's clock is good in here.
  let begun = peer_thread_nanoseconds()
  defer { print(Double(peer_thread_nanoseconds() - begun) / Double(count)) }
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= try await cell.getOrInitialize { Payload() }.withValue { $0.one } }
  return sum
}

@inline(never) func actorReads(_ holder: Holder, _ count: UInt64) async -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= await holder.one() }
  return sum
}

@main enum CellBench {
  static func main() async throws {
    let arguments = CommandLine.arguments
    let name = arguments.count > 1 ? arguments[1] : "withValueIfReady"
    let threadCount = arguments.count > 2 ? Int(arguments[2]) ?? 1 : 1
    let cell = RuntimeCell<Payload>(name: "bench") { Payload() }
    try await cell.withValue { _ in }
    let count: UInt64 = name == "actor" ? 200_000 : 20_000_000
    if name == "barrier" { return try await barrier(of: cell, readers: threadCount) }
    if name == "getOrInitialize" || name == "actor" {
      guard name == "actor" else {
        let sum = try await asyncReads(cell, count)
        precondition(sum == count)
        return
      }
      // Hops between threads: the process's clock.
      let begun = peer_process_nanoseconds()
      let sum = await actorReads(Holder(), count)
      precondition(sum == count)
      return print(Double(peer_process_nanoseconds() - begun) / Double(count))
    }
    let pool = DedicatedThreads(name: "bench", count: threadCount)
    let guarded = Guarded()
    let atomics = AtomicHolders()
    let tasks = (0..<threadCount).map { _ in
      Task {
        try await pool.run {
          let begun = peer_thread_nanoseconds()
          let sum =
            switch name {
            case "leaseIfReady": leases(cell, count)
            case "withValueBlocking": try blockingLeases(cell, count)
            case "mutex": mutexReads(guarded, count)
            case "managed_atomic": managedAtomicReads(atomics, count)
            case "lazy_reference": lazyReferenceReads(atomics, count)
            case "shared_ptr": peer_shared_ptr_loads(count)
            default: reads(cell, count)
            }
          precondition(sum == count)
          return Double(peer_thread_nanoseconds() - begun) / Double(count)
        }
      }
    }
    var total = 0.0
    for task in tasks { total += try await task.value }
    print(total / Double(threadCount))
  }
}
