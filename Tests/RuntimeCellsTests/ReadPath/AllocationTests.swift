import CCellTestSupport
import CellContract
import Testing

@testable import RuntimeCells

/// Ready reads ask for no memory.
@Suite(
  .enabled(if: test_allocations_are_counted(), "allocations are not counted under a sanitizer; run scripts/test"))
struct AllocationTests {
  static let reads = 10_000

  func allocations(_ body: () -> Void) -> UInt64 {
    let before = test_allocations_of_thread()
    body()
    return test_allocations_of_thread() - before
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `ready reads allocate nothing`(path: ReadPath) async throws {
    let ledger = Ledger()
    var configuration = CellConfiguration()
    configuration.readPath = path
    let cell = RuntimeCell<Probe>(name: "c", configuration: configuration) { ledger.make() }
    try await cell.withValue { _ in }
    // The first read of a thread gets its record, and of a program its metadata.
    var sum = cell.withValueIfReady { $0.number } ?? 0
    let reading = allocations {
      for _ in 0..<Self.reads { sum += cell.withValueIfReady { $0.number } ?? 0 }
    }
    #expect(reading == 0)
    #expect(sum == Self.reads + 1)
    // That the counter counts: the same with a body that allocates.
    let allocating = allocations {
      for _ in 0..<Self.reads { sum += cell.withValueIfReady { Box<Int>.one($0.number) } ?? 0 }
    }
    #expect(allocating >= Self.reads)
    try await cell.close()
  }
}

extension Box where Value == Int {
  @inline(never) fileprivate static func one(_ number: Int) -> Int {
    let box = Box<Int>()
    box.add(number)
    return box.values.count
  }
}
