// Reads, leases, swaps, closes and shutdowns at once, for `cell-stress READS SWAPS SEED`. Exits 1 if a promise was broken.
// RUNTIME_CELLS_READ_PATH=striped has synchronous reads counted instead of marked.
import CellContract
import RuntimeCells
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A payload that notices use after disposal and double disposal.
final class Probe: Closeable {
  static let built = Atomic<UInt64>(0)
  static let disposed = Atomic<UInt64>(0)
  static let wrongs = Atomic<UInt64>(0)
  let isClosed = Atomic<Bool>(false)
  init() { Probe.built.wrappingAdd(1, ordering: .relaxed) }
  func close() {
    if isClosed.exchange(true, ordering: .acquiringAndReleasing) { Probe.wrongs.wrappingAdd(1, ordering: .relaxed) }
    Probe.disposed.wrappingAdd(1, ordering: .relaxed)
  }
  @inline(__always) func check() {
    if isClosed.load(ordering: .relaxed) { Probe.wrongs.wrappingAdd(1, ordering: .relaxed) }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

let arguments = CommandLine.arguments
let goal = arguments.count > 1 ? UInt64(arguments[1]) ?? 10_000_000 : 10_000_000
let swapGoal = arguments.count > 2 ? Int(arguments[2]) ?? 10_000 : 10_000
let seed = arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : UInt64.random(in: 1...UInt64.max)
let path = CellEnvironment.process["RUNTIME_CELLS_READ_PATH"] ?? "automatic"
print("goal \(goal) reads and \(swapGoal) swaps, seed \(seed), read path \(path)")
let stop = Atomic<Bool>(false)

let authority = SwapAuthority()
let configuration = CellConfiguration(
  environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority)
func makeCell() -> RuntimeCell<Probe> {
  RuntimeCell(name: "stress", configuration: configuration, disposer: .automatic) { Probe() }
}

/// A cell under stress. It is replaced after each shutdown.
final class Holder: Sendable {
  let cell = Mutex(makeCell())
  var now: RuntimeCell<Probe> { cell.withLock { $0 } }
}

/// Several, so that reads nest across cells and more than one writer is under way.
let holders = (0..<4).map { _ in Holder() }
let leases = Atomic<UInt64>(0)
let misses = Atomic<UInt64>(0)
let backward = Atomic<UInt64>(0)

/// Reads of this cell and another by turns, inside of each other: deeper than a thread has places for marks.
func nested(_ cell: RuntimeCell<Probe>, _ other: RuntimeCell<Probe>, _ depth: Int) -> CellGeneration? {
  cell.withValueIfReady { probe, generation in
    if depth > 0 { _ = nested(other, cell, depth - 1) }
    probe.check()
    return generation
  }
}

/// Reads until the end of a round, in one of three ways.
func read(_ random: inout SplitMix) {
  let cell = holders[Int(random.next() % UInt64(holders.count))].now
  let other = holders[Int(random.next() % UInt64(holders.count))].now
  var last = CellGeneration(0)
  var done: UInt64 = 0
  for turn in 0..<20_000 {
    var seen: CellGeneration?
    if turn % 16 == 0 {
      if let lease = cell.leaseIfReady() {
        lease.withValue { $0.check() }
        seen = lease.generation
        lease.withValue { $0.check() }
      }
    } else if turn % 64 == 1 {
      seen = nested(cell, other, Int(random.next() % 12))
    } else {
      let pause = turn % 256 == 3
      seen = cell.withValueIfReady { probe, generation in
        probe.check()
        // Now and then a reader loses its processor inside of a read.
        if pause { sched_yield() }
        probe.check()
        return generation
      }
    }
    guard let seen else {
      misses.wrappingAdd(1, ordering: .relaxed)
      continue
    }
    if seen < last { backward.wrappingAdd(1, ordering: .relaxed) }
    last = seen
    done += 1
  }
  leases.wrappingAdd(done, ordering: .relaxed)
}

let readers = 3
let pool = DedicatedThreads(name: "readers", count: readers)
let reading = (0..<readers).map { number in
  Task {
    try await pool.run {
      var random = SplitMix(state: seed &+ UInt64(number) + 1)
      while !stop.load(ordering: .relaxed) {
        read(&random)
        // Let the writers have a turn where there are more threads than processors.
        sched_yield()
      }
    }
  }
}
/// Threads that come, read and go.
let passers = Task {
  var number: UInt64 = 100
  while !stop.load(ordering: .relaxed) {
    number += 1
    let start = seed &+ number
    let pool = DedicatedThreads(name: "passer", count: 1)
    try await pool.run {
      var random = SplitMix(state: start)
      read(&random)
    }
    pool.stop()
  }
}

struct Done {
  var swaps = 0
  var closes = 0
  var shutdowns = 0
}

/// Swaps, closes and shuts down one cell, in an order that the seed decides.
func write(_ holder: Holder, seed: UInt64, swapGoal: Int) async throws -> Done {
  var random = SplitMix(state: seed)
  var done = Done()
  while leases.load(ordering: .relaxed) < goal || done.swaps < swapGoal {
    let cell = holder.now
    switch random.next() % 1000 {
    case 0:
      try await cell.shutDown(deadline: nil)
      done.shutdowns += 1
      holder.cell.withLock { $0 = makeCell() }
    case 1...5:
      try await cell.close(deadline: nil)
      done.closes += 1
    default:
      // By turns in a task and on a loader thread.
      let factory: CellFactory<Probe> = done.swaps % 2 == 0 ? .async { Probe() } : .blocking { Probe() }
      _ = try await cell.swap(permit: authority.permit(reason: "stress"), deadline: nil, factory: factory)
      done.swaps += 1
    }
  }
  return done
}

var total = Done()
try await withThrowingTaskGroup(of: Done.self) { group in
  for (number, holder) in holders.enumerated() {
    group.addTask {
      try await write(holder, seed: seed &+ UInt64(number) << 32, swapGoal: swapGoal / holders.count)
    }
  }
  for try await done in group {
    total.swaps += done.swaps
    total.closes += done.closes
    total.shutdowns += done.shutdowns
  }
}
stop.store(true, ordering: .relaxed)
for task in reading { try await task.value }
try await passers.value
for holder in holders { try await holder.now.shutDown(deadline: nil) }
// Cells that were replaced after their shutdown are gone with all they held.
let built = Probe.built.load(ordering: .relaxed)
let disposed = Probe.disposed.load(ordering: .relaxed)
let wrongs = Probe.wrongs.load(ordering: .relaxed)
print(
  "reads \(leases.load(ordering: .relaxed)), swaps \(total.swaps), closes \(total.closes), shutdowns \(total.shutdowns), "
    + "reads of an empty cell \(misses.load(ordering: .relaxed))")
print(
  "built \(built), disposed \(disposed), used or disposed after disposal \(wrongs), "
    + "generations that went back \(backward.load(ordering: .relaxed))")
if built != disposed || wrongs != 0 || backward.load(ordering: .relaxed) != 0 {
  print("FAILED")
  throw CellError(.closeIncomplete, cell: "stress", message: "a promise was broken; repeat with seed \(seed)")
}
