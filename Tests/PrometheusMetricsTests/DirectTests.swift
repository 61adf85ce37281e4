import CoreMetrics
import Dispatch
import Testing

@testable import PrometheusMetrics

@Suite("Direct handles")
struct DirectTests {
  @Test("They share their values with the handles of swift-metrics")
  func shared() {
    let bench = Bench()
    let gauge = bench.registry.gauge("depth", [("queue", "a")])
    gauge.set(3)
    bench.meter("depth", [("queue", "a")]).increment(by: 0.5)
    #expect(bench.registry.snapshot().value("depth", "a") == .gauge(3.5))
    let histogram = bench.registry.histogram("size")
    histogram.observe(3)
    histogram.observe(2.5)
    histogram.observe(nanoseconds: 1_500_000_000)
    bench.recorder("size").record(10)
    guard case .histogram(let value)? = bench.registry.snapshot().value("size") else {
      Issue.record("no histogram")
      return
    }
    #expect(value.count == 4 && value.sum == 17)
  }

  @Test("One that cannot be had is counted and harmless")
  func conflicts() {
    let bench = Bench()
    bench.counter("jobs").increment()
    bench.registry.gauge("jobs").set(1)
    bench.registry.histogram("jobs").observe(1)
    #expect(bench.reasons == [.kind])
    #expect(bench.registry.droppedHandles(.kind) == 2)
    #expect(bench.registry.snapshot().value("jobs_total") == .counter(whole: 1))
  }

  @Test("A value outlives its registry as long as its handle does, and many threads lose nothing")
  func threads() {
    var bench: Bench? = Bench()
    let gauge = bench?.registry.gauge("g")
    let histogram = bench?.registry.histogram("h")
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for number in 0..<1000 {
        gauge?.set(Double(thread))
        histogram?.observe(Double(number))
      }
    }
    guard case .histogram(let value)? = bench?.registry.snapshot().value("h"),
      case .gauge(let last)? = bench?.registry.snapshot().value("g")
    else {
      Issue.record("no values")
      return
    }
    #expect(value.count == 4000 && value.sum == 4 * 499_500)
    #expect((0..<4).contains(Int(last)))
    bench = nil
    gauge?.set(1)
    histogram?.observe(1)
  }
}
