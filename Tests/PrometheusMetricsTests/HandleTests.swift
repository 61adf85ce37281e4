import CoreMetrics
import PrometheusMetrics
import Testing

@Suite("Handles")
struct HandleTests {
  @Test("All five kinds of handle keep their value in a metric of the right kind")
  func fiveKinds() {
    let bench = Bench()
    bench.counter("jobs").increment(by: 3)
    let money = FloatingPointCounter(label: "money_spent", factory: bench.factory)
    money.increment(by: 0.25)
    money.increment(by: 0.5)
    let meter = bench.meter("load")
    meter.set(10.0)
    meter.increment(by: 2.5)
    meter.decrement(by: 0.5)
    Gauge(label: "temperature", factory: bench.factory).record(-3)
    bench.recorder("size").record(7)
    bench.timer("latency").recordMilliseconds(20)

    let snapshot = bench.registry.snapshot()
    #expect(snapshot.value("jobs_total") == .counter(whole: 3))
    #expect(snapshot.value("money_spent_total") == .counter(whole: 0, part: 0.75))
    #expect(snapshot.value("load") == .gauge(12))
    #expect(snapshot.value("temperature") == .gauge(-3))
    let size = histogram(snapshot.value("size"))
    #expect(size?.count == 1)
    #expect(size?.sum == 7)
    #expect(size?.buckets == .sizes)
    let latency = histogram(snapshot.value("latency_seconds"))
    #expect(latency?.sum == 0.02)
    #expect(latency?.counts == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(snapshot["latency_seconds"]?.descriptor.unit == "seconds")
  }

  @Test("Handles with the same label and dimensions share one value, in whatever order the dimensions come")
  func sharing() {
    let bench = Bench()
    bench.counter("jobs", [("queue", "a"), ("kind", "x")]).increment()
    bench.counter("jobs", [("kind", "x"), ("queue", "a")]).increment()
    bench.counter("jobs", [("queue", "a"), ("kind", "y")]).increment()
    FloatingPointCounter(label: "jobs", dimensions: [("queue", "a"), ("kind", "x")], factory: bench.factory)
      .increment(by: 0.5)
    let snapshot = bench.registry.snapshot()
    #expect(snapshot.value("jobs_total", "a", "x") == .counter(whole: 2, part: 0.5))
    #expect(snapshot.value("jobs_total", "a", "y") == .counter(whole: 1))
    #expect(bench.reasons.isEmpty)
  }

  @Test("An observation equal to a bound falls into that bound's bucket, in nanoseconds and as a number")
  func bucketBounds() throws {
    let bench = Bench()
    try bench.registry.describe(
      MetricDescriptor(
        name: "wait_seconds", kind: .histogram, help: "Waits.", unit: "seconds", buckets: HistogramBuckets([0.1, 1])))
    let timer = bench.timer("wait_seconds")
    let recorder = bench.recorder("wait_seconds")
    timer.recordNanoseconds(Int64(100_000_000))
    timer.recordNanoseconds(Int64(100_000_001))
    recorder.record(0.1)
    recorder.record(1.0)
    recorder.record(1.000001)
    let value = histogram(bench.registry.snapshot().value("wait_seconds"))
    #expect(value?.counts == [2, 2, 1])
  }

  @Test("Counters and timers stay at their maximum instead of starting again at zero")
  func saturation() {
    let bench = Bench()
    let counter = bench.counter("jobs")
    for _ in 0..<4 { counter.increment(by: Int64.max) }
    #expect(bench.registry.snapshot().value("jobs_total") == .counter(whole: .max))
    let timer = bench.timer("latency")
    for _ in 0..<4 { timer.recordNanoseconds(Int64.max) }
    let latency = histogram(bench.registry.snapshot().value("latency_seconds"))
    #expect(latency?.count == 4)
    #expect(latency?.sum == Double(UInt64.max) / 1e9)
  }

  @Test("Updates that no metric can take change nothing and are counted")
  func rejectedUpdates() {
    let bench = Bench()
    let counter = bench.factory.makeCounter(label: "jobs", dimensions: [])
    let amounts = bench.factory.makeFloatingPointCounter(label: "jobs", dimensions: [])
    let sizes = bench.factory.makeRecorder(label: "size", dimensions: [], aggregate: true)
    counter.increment(by: -1)
    for amount in [-1.0, .nan, .infinity] { amounts.increment(by: amount) }
    for value in [Double.nan, .infinity, -1] { sizes.record(value) }
    bench.factory.makeTimer(label: "latency", dimensions: []).recordNanoseconds(-1)
    let snapshot = bench.registry.snapshot()
    #expect(snapshot.value("jobs_total") == .counter(whole: 0))
    #expect(histogram(snapshot.value("size"))?.count == 0)
    #expect(histogram(snapshot.value("latency_seconds"))?.count == 0)
    #expect(snapshot.value("metrics_registry_rejected_updates_total") == .counter(whole: 8))
  }

  @Test("Reset sets a counter to zero, destroy ends the series and a later handle starts anew")
  func resetAndDestroy() {
    let bench = Bench()
    let counter = bench.counter("jobs", [("queue", "a")])
    let other = bench.counter("jobs", [("queue", "b")])
    counter.increment(by: 5)
    other.increment(by: 2)
    counter.reset()
    #expect(bench.registry.snapshot().value("jobs_total", "a") == .counter(whole: 0))
    counter.increment()
    counter.destroy()
    #expect(bench.registry.snapshot().value("jobs_total", "a") == nil)
    #expect(bench.registry.snapshot().value("jobs_total", "b") == .counter(whole: 2))
    let again = bench.counter("jobs", [("queue", "a")])
    // The old handle's series is gone: destroying it once more must not take the new one with it.
    counter.destroy()
    again.increment(by: 7)
    #expect(bench.registry.snapshot().value("jobs_total", "a") == .counter(whole: 7))

    let handles = (bench.meter("load"), bench.recorder("size"), bench.timer("latency"))
    let sum = FloatingPointCounter(label: "sum", factory: bench.factory)
    let gauge = bench.recorder("temperature", aggregate: false)
    handles.0.destroy()
    handles.1.destroy()
    handles.2.destroy()
    sum.destroy()
    gauge.destroy()
    for name in ["load", "size", "latency_seconds", "sum_total", "temperature"] {
      #expect(bench.registry.snapshot()[name] == nil, "\(name)")
    }
  }

  @Test("The factory works where swift-metrics scopes it to a task")
  func scoped() {
    let bench = Bench()
    withMetricsFactory(bench.factory) { Counter(label: "jobs").increment() }
    #expect(bench.registry.snapshot().value("jobs_total") == .counter(whole: 1))
  }
}

func histogram(_ value: MetricValue?) -> HistogramValue? {
  guard case .histogram(let histogram) = value else { return nil }
  return histogram
}
