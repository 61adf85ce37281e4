import CCellSupport
import CCellTestSupport
import CellContract
import Testing

@testable import RuntimeCells

/// How marks are kept. Left out where there are none: those builds and systems count all reads.
@Suite(
  .enabled(
    if: ReadPath.canMark && ReadPath.ofProcess == .marked,
    "reads are counted here: thread sanitizer, no membarrier, or RUNTIME_CELLS_READ_PATH=striped; run scripts/test")
)
struct MarkTests {
  let ledger = Ledger()

  func readyCell() async throws -> RuntimeCell<Probe> {
    let ledger = ledger
    let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
    try await cell.withValue { _ in }
    return cell
  }

  /// The counts of a slot, without its marks.
  static func counted(_ cell: RuntimeCell<Probe>, slot: Int) -> Int {
    cell.ground.leases(slot: slot) - cell_readers_holding(cell.ground.mark(slot: slot))
  }

  @Test func `a synchronous read leaves a mark and no count, a lease a count and no mark`() async throws {
    let cell = try await readyCell()
    cell.withValueIfReady { _ in
      #expect(cell_readers_holding(cell.ground.mark(slot: 0)) == 1)
      #expect(Self.counted(cell, slot: 0) == 0)
    }
    let lease = cell.leaseIfReady()
    #expect(cell_readers_holding(cell.ground.mark(slot: 0)) == 0)
    #expect(Self.counted(cell, slot: 0) == 1)
    lease?.release()
    try await cell.close()
  }

  @Test func `a read too deep for marks is counted`() async throws {
    let cell = try await readyCell()
    func nest(_ depth: Int) {
      guard depth > 0 else {
        #expect(cell_readers_holding(cell.ground.mark(slot: 0)) == Int(CELL_READER_PLACES))
        #expect(Self.counted(cell, slot: 0) == 3)
        return
      }
      cell.withValueIfReady { _ in nest(depth - 1) }
    }
    nest(Int(CELL_READER_PLACES) + 3)
    try await cell.close()
  }

  @Test func `threads that end give their records back`() async throws {
    let cell = try await readyCell()
    let before = cell_readers_count()
    for _ in 0..<200 {
      let pool = DedicatedThreads(name: "short", count: 1)
      _ = try await pool.run { cell.withValueIfReady { $0.number } }
      pool.stop()
    }
    // Threads of other tests come and go meanwhile, and some of the 200 may live at one time.
    #expect(cell_readers_count() < before + 100)
    try await cell.close()
  }

  @Test func `the marks of threads that a fork leaves behind do not count in the child`() async throws {
    await #expect(processExitsWith: .success) {
      let cell = RuntimeCell<Int>(name: "c") { 1 }
      try await cell.withValue { _ in }
      let gate = ThreadGate()
      let reading = Task {
        try await DedicatedThreads(name: "reader", count: 1).run { cell.withValueIfReady { _ in gate.pass() } }
      }
      await until { gate.arrived == 1 }
      var mark = cell.ground.mark(slot: 0)
      let statuses = cell.withValueIfReady { _ in
        let inParent = cell_readers_holding(mark)
        let inChild = test_exit_status_of_fork(
          { context in
            let mark = context?.load(as: UInt.self) ?? 0
            // One that still reads here is this thread itself.
            return cell_readers_barrier() ? Int32(cell_readers_holding(mark)) : 100
          }, &mark)
        return (inParent, inChild)
      }
      #expect(statuses?.0 == 2)
      #expect(statuses?.1 == 1)
      gate.open()
      try await reading.value
    }
  }

  @Test func `a barrier that is refused later delays disposals and ends marks`() async throws {
    await #expect(processExitsWith: .success) {
      let ledger = Ledger()
      let cell = RuntimeCell<Probe>(name: "c") { ledger.make() }
      try await cell.withValue { _ in }
      try await DedicatedThreads(name: "forbidden", count: 1).run {
        #expect(test_forbid_membarrier())
        // The drain begins on this thread.
        cell.core.process(.close(nil, isFinal: false, force: false))
      }
      #expect(!cell.isReady && cell.ground.cold.pointee.draining == 1 && ledger.disposed == 0)
      #expect(!ReadPath.canMark)
      // The next occasion, on a thread that may.
      cell.ground.leftDrainingSlot(0)
      await until { ledger.disposed == 1 }
      try await cell.withValue { _ in }
      // The first slot may not be free again yet: the disposer has told the ledger, but need not have returned.
      let isCounted = cell.withValueIfReady { _ in (0..<2).reduce(0) { $0 + MarkTests.counted(cell, slot: $1) } == 1 }
      #expect(isCounted == true)
      #expect(try await cell.close() == .ok)
      #expect(ledger.disposed == 2)
    }
  }
}
