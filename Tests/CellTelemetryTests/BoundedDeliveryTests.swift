import Dispatch
import RuntimeCells
import Testing

@testable import CellTelemetry

@Suite("Bounded delivery")
struct BoundedDeliveryTests {
  @Test("A flush whose deadline has passed before it waits returns", .timeLimit(.minutes(15)))
  func lateFlush() async {
    let gate = DispatchSemaphore(value: 0)
    let delivery = BoundedDelivery<Int>(capacity: 4, threads: DedicatedThreads(name: "slow", count: 1)) { _, _ in
      gate.wait()
    }
    delivery.offer(1)
    // The deadline and the beginning of the wait race: each order must end.
    for _ in 0..<2000 { #expect(await delivery.flush(within: .zero) == false) }
    gate.signal()
    #expect(await delivery.flush(within: .seconds(3600)))
  }
}
