import CellContract
import RuntimeCells
import Synchronization
import Testing

@Suite struct DeliveryTests {
  /// Remembers what it sees, after passing a gate.
  final class Held: CellObserver {
    let delivery: CellDelivery
    let gate = ThreadGate()
    let seen = Box<UInt64>()
    init(_ delivery: CellDelivery) { self.delivery = delivery }
    func observe(_ event: CellEvent) {
      gate.pass()
      seen.add(event.sequence)
    }
  }

  /// Remembers at once.
  final class Quick: CellObserver {
    let delivery: CellDelivery
    let seen = Box<UInt64>()
    init(_ delivery: CellDelivery) { self.delivery = delivery }
    func observe(_ event: CellEvent) { seen.add(event.sequence) }
  }

  func cell(_ observers: [any CellObserver], name: String = "c", threads: DedicatedThreads) -> RuntimeCell<Int> {
    RuntimeCell(
      name: name,
      configuration: .init(
        threads: CellThreads(loaders: DedicatedThreads(name: "l", count: 1), observers: threads), observers: observers)
    ) { 1 }
  }

  /// Four events: started, initialised, disposed, closed.
  func cycle(_ cell: RuntimeCell<Int>) async throws {
    _ = try await cell.lease().value
    try await cell.close()
  }

  @Test func `a stuck bounded observer delays no other, loses what is too much, and is told by a gap`() async throws {
    let stuck = Held(.bounded(3))
    let lossless = Quick(.lossless)
    let bounded = Quick(.standard)
    let cell = cell([stuck, lossless, bounded], threads: DedicatedThreads(name: "o", count: 1))
    try await cycle(cell)
    try await cycle(cell)
    // The one thread of the pool is in the stuck observer; the others see everything all the same.
    await until { lossless.seen.values.count == 8 && bounded.seen.values.count == 8 }
    #expect(stuck.seen.values.isEmpty)
    #expect(cell.snapshot().droppedEvents == 5)
    stuck.gate.open()
    await cell.observersCaughtUp()
    #expect(stuck.seen.values == [1, 2, 3])
    try await cycle(cell)
    await cell.observersCaughtUp()
    #expect(stuck.seen.values.prefix(4) == [1, 2, 3, 9])
    #expect(lossless.seen.values == Array(1...12))
    #expect(bounded.seen.values == Array(1...12))
  }

  @Test func `a lossless observer loses nothing, however long it is stuck`() async throws {
    let stuck = Held(.lossless)
    let other = Quick(.bounded(4096))
    let cell = cell([stuck, other], threads: DedicatedThreads(name: "o", count: 1))
    for _ in 0..<600 { try await cycle(cell) }
    await until { other.seen.values.count == 2400 }
    #expect(stuck.seen.values.isEmpty)
    #expect(cell.snapshot().droppedEvents == 0)
    stuck.gate.open()
    await cell.observersCaughtUp()
    #expect(stuck.seen.values == Array(1...2400))
  }

  @Test func `an observer that does not say is bounded`() async throws {
    final class Silent: CellObserver {
      func observe(_ event: CellEvent) {}
    }
    #expect(Silent().delivery == .bounded(1024))
  }

  @Test func `one stuck observer of many cells holds one thread`() async throws {
    let stuck = Held(.bounded(8))
    let threads = DedicatedThreads(name: "o", count: 1)
    let quick = Quick(.lossless)
    let cells = (0..<20).map { cell([stuck, quick], name: "c\($0)", threads: threads) }
    for cell in cells { _ = try await cell.lease().value }
    await until { quick.seen.values.count == 40 }
    #expect(stuck.gate.arrived == 1)
    // The stuck one, the one that serves instead, and a spare one.
    await until { threads.runningCount <= 3 }
    stuck.gate.open()
    for cell in cells { await cell.observersCaughtUp() }
    #expect(stuck.seen.values.count == 40)
    await until { threads.runningCount <= 2 }
  }

  @Test func `a bound below one counts as one`() async throws {
    let stuck = Held(.bounded(-7))
    let cell = cell([stuck], threads: DedicatedThreads(name: "o", count: 1))
    try await cycle(cell)
    #expect(cell.snapshot().droppedEvents == 3)
    stuck.gate.open()
    await cell.observersCaughtUp()
    #expect(stuck.seen.values == [1])
  }
}
