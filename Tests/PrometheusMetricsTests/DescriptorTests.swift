import CoreMetrics
import PrometheusMetrics
import Testing

@Suite("Descriptors")
struct DescriptorTests {
  @Test("A described metric has its help, unit, label order and buckets, and its handles find it by label")
  func described() throws {
    let bench = Bench()
    try bench.registry.describe(
      MetricDescriptor(
        name: "load_time_seconds", kind: .histogram, help: "Time to load.", unit: "seconds",
        labelNames: ["cell", "part"], buckets: HistogramBuckets([1, 2])))
    bench.timer("load.time", [("part", "p"), ("cell", "c")]).recordSeconds(2)
    #expect(
      bench.text(.openMetrics100) == """
        # TYPE load_time_seconds histogram
        # UNIT load_time_seconds seconds
        # HELP load_time_seconds Time to load.
        load_time_seconds_bucket{cell="c",part="p",le="1.0"} 0
        load_time_seconds_bucket{cell="c",part="p",le="2.0"} 1
        load_time_seconds_bucket{cell="c",part="p",le="+Inf"} 1
        load_time_seconds_sum{cell="c",part="p"} 2
        load_time_seconds_count{cell="c",part="p"} 1
        # EOF

        """)
  }

  @Test("A metric without labels is shown as 0 from its description on, one with labels from its first handle on")
  func zeroFromTheStart() throws {
    let bench = Bench()
    try bench.registry.describe(MetricDescriptor(name: "jobs_total", kind: .counter, help: "Jobs."))
    try bench.registry.describe(MetricDescriptor(name: "by_total", kind: .counter, help: "By.", labelNames: ["x"]))
    #expect(bench.registry.snapshot().value("jobs_total") == .counter(whole: 0))
    #expect(bench.registry.snapshot()["by_total"] == nil)
  }

  @Test("Describing the same again is harmless; describing it otherwise, or over another's names, is an error")
  func twice() throws {
    let bench = Bench()
    let descriptor = try MetricDescriptor(name: "jobs_total", kind: .counter, help: "Jobs.")
    try bench.registry.describe(descriptor)
    bench.counter("jobs").increment()
    try bench.registry.describe(descriptor)
    #expect(bench.registry.snapshot().value("jobs_total") == .counter(whole: 1))
    for other in [
      try MetricDescriptor(name: "jobs_total", kind: .counter, help: "Other."),
      try MetricDescriptor(name: "jobs", kind: .gauge, help: "Jobs."),
      try MetricDescriptor(name: "jobs_created", kind: .gauge, help: "Jobs."),
      try MetricDescriptor(name: "metrics_registry_dropped_handles_total", kind: .counter, help: "Ours."),
    ] {
      #expect(throws: PrometheusMetricsError(.conflict, "")) { try bench.registry.describe(other) }
    }
  }

  @Test(
    "Illegal names, units, labels and buckets are errors that say what is wrong",
    arguments: [
      (PrometheusMetricsError.Code.invalidName, "jobs", MetricKind.counter, nil, []),
      (.invalidName, "jobs_total", .gauge, nil, []), (.invalidName, "9jobs", .gauge, nil, []),
      (.invalidName, "", .gauge, nil, []), (.invalidName, "a:b", .gauge, nil, []),
      (.invalidUnit, "wait", .gauge, "seconds", []), (.invalidUnit, "seconds", .gauge, "seconds", []),
      (.invalidLabel, "jobs", .gauge, nil, ["le"]), (.invalidLabel, "jobs", .gauge, nil, ["a", "a"]),
      (.invalidLabel, "jobs", .gauge, nil, ["__x"]), (.invalidLabel, "jobs", .gauge, nil, ["a-b"]),
    ] as [(PrometheusMetricsError.Code, String, MetricKind, String?, [String])])
  func illegal(code: PrometheusMetricsError.Code, name: String, kind: MetricKind, unit: String?, labels: [String]) {
    let error = #expect(throws: PrometheusMetricsError.self) {
      try MetricDescriptor(name: name, kind: kind, help: "Help.", unit: unit, labelNames: labels)
    }
    #expect(error?.code == code)
    #expect(error?.metric == name)
  }

  @Test(
    "Bucket bounds must be some, finite and rising",
    arguments: [[], [1, 1], [2, 1], [.nan], [1, .infinity], (0...200).map(Double.init)] as [[Double]])
  func buckets(bounds: [Double]) {
    #expect(throws: PrometheusMetricsError(.invalidBuckets, "")) { try HistogramBuckets(bounds) }
  }

  @Test("Only histograms have buckets")
  func bucketsElsewhere() {
    #expect(throws: PrometheusMetricsError(.invalidBuckets, "")) {
      try MetricDescriptor(name: "x", kind: .gauge, help: "X.", buckets: .latency)
    }
  }
}
