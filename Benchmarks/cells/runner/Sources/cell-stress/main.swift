// Leases, swaps, closes and shutdowns at once, for `cell-stress LEASES SWAPS SEED`. Exits 1 on the first broken promise.
import CellContract
import RuntimeCells
import Synchronization

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
print("goal \(goal) leases and \(swapGoal) swaps, seed \(seed)")
let stop = Atomic<Bool>(false)

let authority = SwapAuthority()
let configuration = CellConfiguration(
  environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority)
/// The cell under stress is replaced after each shutdown.
let holder = Mutex(RuntimeCell<Probe>(name: "stress", configuration: configuration, disposer: .automatic) { Probe() })
let leases = Atomic<UInt64>(0)
let misses = Atomic<UInt64>(0)
let backward = Atomic<UInt64>(0)
var swaps = 0
var closes = 0
var shutdowns = 0

let readers = 2
let pool = DedicatedThreads(name: "readers", count: readers)
let reading = (0..<readers).map { _ in
  Task {
    try await pool.run {
      while !stop.load(ordering: .relaxed) {
        let cell = holder.withLock { $0 }
        var last = CellGeneration(0)
        var done: UInt64 = 0
        for turn in 0..<20_000 {
          if turn % 16 == 0, let lease = cell.leaseIfReady() {
            lease.withValue { $0.check() }
            if lease.generation < last { backward.wrappingAdd(1, ordering: .relaxed) }
            last = lease.generation
            lease.withValue { $0.check() }
            done += 1
          } else if let seen = cell.withValueIfReady({ probe, generation in
            probe.check()
            return generation
          }) {
            if seen < last { backward.wrappingAdd(1, ordering: .relaxed) }
            last = seen
            done += 1
          } else {
            misses.wrappingAdd(1, ordering: .relaxed)
          }
        }
        leases.wrappingAdd(done, ordering: .relaxed)
      }
    }
  }
}

var random = SplitMix(state: seed)
while leases.load(ordering: .relaxed) < goal || swaps < swapGoal {
  let cell = holder.withLock { $0 }
  switch random.next() % 1000 {
  case 0:
    try await cell.shutDown(deadline: nil)
    shutdowns += 1
    holder.withLock { $0 = RuntimeCell(name: "stress", configuration: configuration) { Probe() } }
  case 1...5:
    try await cell.close(deadline: nil)
    closes += 1
  default:
    _ = try await cell.swap(
      permit: authority.permit(reason: "stress"), deadline: nil, factory: .async { Probe() })
    swaps += 1
  }
}
stop.store(true, ordering: .relaxed)
for task in reading { try await task.value }
try await holder.withLock { $0 }.shutDown(deadline: nil)
// Cells that were replaced after their shutdown are gone with all they held.
let built = Probe.built.load(ordering: .relaxed)
let disposed = Probe.disposed.load(ordering: .relaxed)
let wrongs = Probe.wrongs.load(ordering: .relaxed)
print(
  "leases \(leases.load(ordering: .relaxed)), swaps \(swaps), closes \(closes), shutdowns \(shutdowns), "
    + "reads of an empty cell \(misses.load(ordering: .relaxed))")
print(
  "built \(built), disposed \(disposed), used or disposed after disposal \(wrongs), "
    + "generations that went back \(backward.load(ordering: .relaxed))")
if built != disposed || wrongs != 0 || backward.load(ordering: .relaxed) != 0 {
  print("FAILED")
  throw CellError(.closeIncomplete, cell: "stress", message: "a promise was broken; repeat with seed \(seed)")
}
