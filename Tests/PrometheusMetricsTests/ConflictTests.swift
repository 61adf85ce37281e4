import CoreMetrics
import PrometheusMetrics
import Testing

@Suite("Conflicts are counted and dropped, never trapped")
struct ConflictTests {
  @Test(
    "A swift-metrics label becomes a legal name with its kind's suffix",
    arguments: [
      ("http.server.request.duration", "http_server_request_duration_seconds"), ("9lives", "_9lives_seconds"),
      ("größe", "gr__e_seconds"), ("a-b c", "a_b_c_seconds"), ("wait_seconds", "wait_seconds"),
      ("ns:x", "ns_x_seconds"),
    ])
  func naming(label: String, name: String) {
    let bench = Bench()
    bench.timer(label).recordSeconds(1)
    #expect(bench.registry.snapshot()[name] != nil)
  }

  @Test("Two labels that become one name collide, and the first keeps it", arguments: ["jobs_done", "jobs.done_total"])
  func nameCollision(second: String) {
    let bench = Bench()
    bench.counter("jobs.done").increment()
    bench.counter(second).increment(by: 10)
    bench.counter(second).increment(by: 10)
    let snapshot = bench.registry.snapshot()
    #expect(snapshot.value("jobs_done_total") == .counter(whole: 1))
    #expect(
      snapshot.value("metrics_registry_dropped_handles_total", "jobs_done_total", "name_collision")
        == .counter(whole: 2))
    #expect(bench.reasons == [.nameCollision], "told once, counted twice")
    #expect(bench.conflicts.withLock { $0.first?.message.contains("jobs.done") } == true)
  }

  @Test("A name that another metric's samples use is refused")
  func sampleNames() {
    let bench = Bench()
    bench.timer("latency").recordSeconds(1)
    bench.meter("latency_seconds_count").set(5.0)
    bench.meter("latency_seconds_bucket").set(5.0)
    bench.counter("latency_seconds").increment()
    #expect(bench.registry.droppedHandles(.nameCollision) == 2)
    #expect(bench.registry.droppedHandles(.kind) == 1)
    bench.counter("jobs").increment()
    bench.meter("jobs_created").set(1.0)
    #expect(bench.registry.droppedHandles(.nameCollision) == 3)
    bench.counter("metrics_registry_rejected_updates").increment()
    #expect(bench.registry.droppedHandles(.nameCollision) == 4)
    #expect(bench.registry.droppedHandles(.kind) == 1)
  }

  @Test("A metric keeps its first kind")
  func kinds() {
    let bench = Bench()
    bench.counter("jobs").increment()
    bench.meter("jobs").set(7.0)
    bench.meter("jobs_total").set(7.0)
    bench.recorder("jobs").record(7)
    #expect(bench.registry.snapshot().value("jobs_total") == .counter(whole: 1))
    #expect(bench.registry.droppedHandles(.kind) == 3)
    #expect(bench.reasons == [.kind])
  }

  @Test("A metric keeps the label names of its first series")
  func labels() {
    let bench = Bench()
    bench.counter("jobs", [("queue", "a")]).increment()
    bench.counter("jobs").increment()
    bench.counter("jobs", [("queue", "a"), ("more", "b")]).increment()
    bench.counter("jobs", [("other", "a")]).increment()
    #expect(bench.registry.droppedHandles(.labels) == 3)
    #expect(bench.registry.snapshot()["jobs_total"]?.series.count == 1)
  }

  @Test(
    "Reserved, illegal and twice-used label names are refused",
    arguments: [[("le", "1")], [("quantile", "1")], [("__name__", "x")], [("", "x")], [("a.b", "1"), ("a_b", "2")]])
  func labelNames(dimensions: [(String, String)]) {
    let bench = Bench()
    bench.counter("jobs", dimensions).increment()
    #expect(bench.registry.droppedHandles(.labelName) == 1)
    #expect(bench.text() == "")
  }

  @Test("A name of which nothing legal is left is refused", arguments: ["", "...", "💥"])
  func nothingLeft(label: String) {
    let bench = Bench()
    bench.counter(label).increment()
    #expect(bench.registry.droppedHandles(.invalidName) == 1)
  }

  @Test("Series beyond a metric's limit are dropped; the ones below it go on, and a destroyed one makes room")
  func seriesLimit() throws {
    let bench = Bench { $0.maxSeriesPerMetric = 3 }
    try bench.registry.describe(
      MetricDescriptor(name: "few_total", kind: .counter, help: "Few.", labelNames: ["id"], maxSeries: 1))
    let counters = (0..<10).map { bench.counter("jobs", [("id", "\($0)")]) }
    for counter in counters { counter.increment() }
    for id in 0..<3 { bench.counter("few", [("id", "\(id)")]).increment() }
    let snapshot = bench.registry.snapshot()
    #expect(snapshot["jobs_total"]?.series.count == 3)
    #expect(snapshot["few_total"]?.series.count == 1)
    #expect(
      snapshot.value("metrics_registry_dropped_handles_total", "jobs_total", "series_limit") == .counter(whole: 7))
    #expect(bench.registry.droppedHandles(.seriesLimit) == 9)
    counters.first?.destroy()
    bench.counter("jobs", [("id", "new")]).increment()
    #expect(bench.registry.snapshot().value("jobs_total", "new") == .counter(whole: 1))
  }

  @Test("Metrics beyond the registry's limit are dropped")
  func familyLimit() {
    let bench = Bench { $0.maxMetrics = 2 }
    for index in 0..<5 { bench.counter("jobs\(index)").increment() }
    #expect(bench.registry.snapshot().families.filter { $0.descriptor.name.hasPrefix("jobs") }.count == 2)
    #expect(bench.registry.droppedHandles(.familyLimit) == 3)
  }

  @Test("A conflict handler may use the registry that told it")
  func handlerReenters() {
    var configuration = PrometheusRegistry.Configuration()
    let box = Locked<PrometheusMetricsFactory?>(nil)
    configuration.onConflict = { _ in
      box.withLock { $0 }.map { Counter(label: "conflicts", factory: $0).increment() }
    }
    let registry = PrometheusRegistry(configuration: configuration)
    let factory = PrometheusMetricsFactory(registry: registry)
    box.withLock { $0 = factory }
    Counter(label: "jobs", factory: factory).increment()
    Meter(label: "jobs_total", factory: factory).set(1.0)
    #expect(registry.snapshot().value("conflicts_total") == .counter(whole: 1))
  }
}
