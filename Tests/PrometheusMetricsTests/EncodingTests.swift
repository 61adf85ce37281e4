import CoreMetrics
import Testing

@testable import PrometheusMetrics

@Suite("Exposition")
struct EncodingTests {
  private func filled() throws -> Bench {
    let bench = Bench()
    try bench.registry.describe(
      MetricDescriptor(
        name: "jobs_total", kind: .counter, help: "Jobs \"done\"\nwith \\ in it.", labelNames: ["queue"]))
    bench.counter("jobs", [("queue", "b")]).increment(by: 2)
    bench.counter("jobs", [("queue", "a\"b\\c\nd")]).increment()
    bench.meter("load").set(0.5)
    return bench
  }

  @Test("Text 0.0.4, to the letter")
  func text() throws {
    #expect(
      try filled().text(.text004) == #"""
        # HELP jobs_total Jobs "done"\nwith \\ in it.
        # TYPE jobs_total counter
        jobs_total{queue="a\"b\\c\nd"} 1
        jobs_total{queue="b"} 2
        # HELP load Not described; reported as "load".
        # TYPE load gauge
        load 0.5

        """#)
  }

  @Test("OpenMetrics 1.0, to the letter")
  func openMetrics() throws {
    #expect(
      try filled().text(.openMetrics100) == #"""
        # TYPE jobs counter
        # HELP jobs Jobs \"done\"\nwith \\ in it.
        jobs_total{queue="a\"b\\c\nd"} 1
        jobs_total{queue="b"} 2
        # TYPE load gauge
        # HELP load Not described; reported as \"load\".
        load 0.5
        # EOF

        """#)
  }

  @Test("An empty registry is a complete exposition in both formats")
  func empty() {
    let registry = PrometheusRegistry()
    for format in ExpositionFormat.allCases {
      let text = String(decoding: registry.snapshot().encoded(as: format), as: UTF8.self)
      #expect(text.contains("metrics_registry_rejected_updates_total 0\n"))
      #expect(text.hasSuffix("# EOF\n") == (format == .openMetrics100))
    }
  }

  @Test("Where observations may be negative, OpenMetrics has neither sum nor count")
  func negative() throws {
    let bench = Bench()
    try bench.registry.describe(
      MetricDescriptor(name: "drift", kind: .histogram, help: "Drift.", buckets: HistogramBuckets([-1, 0, 1])))
    bench.recorder("drift").record(-0.5)
    #expect(bench.text(.text004).contains("drift_sum -0.5\ndrift_count 1\n"))
    #expect(!bench.text(.openMetrics100).contains("drift_sum"))
    #expect(bench.text(.openMetrics100).contains("drift_bucket{le=\"0.0\"} 1\n"))
  }

  @Test(
    "Numbers in le are canonical",
    arguments: [
      (0.005, "0.005"), (0.1, "0.1"), (1, "1.0"), (2.5, "2.5"), (10, "10.0"), (100_000, "100000.0"), (1e6, "1e+06"),
      (1_234_567.5, "1.2345675e+06"), (1e-5, "1e-05"), (0.000123, "0.000123"), (1e21, "1e+21"), (1e100, "1e+100"),
      (2.5e-300, "2.5e-300"), (-0.25, "-0.25"), (0, "0.0"), (.infinity, "+Inf"), (123.25, "123.25"), (0.3, "0.3"),
      (1.0 / 3, "0.3333333333333333"), (12_000, "12000.0"),
    ] as [(Double, String)])
  func canonical(value: Double, text: String) {
    #expect(NumberText.canonical(value) == text)
    #expect(Double(text == "+Inf" ? "inf" : text) == value)
  }

  @Test(
    "Sample values read back as they were",
    arguments: [0, -0.0, 1, -7, 0.1, 1e300, -1e-300, 9_007_199_254_740_994, 1e15, .nan, .infinity, -.infinity]
      as [Double])
  func values(value: Double) {
    var bytes: [UInt8] = []
    NumberText.append(value, to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(
      ["NaN": Double.nan, "+Inf": .infinity, "-Inf": -.infinity][text].map { $0.isNaN == value.isNaN }
        ?? (Double(text) == value))
  }

  @Test("Whole numbers have all their digits", arguments: [0, 9, 10, 12_345, UInt64.max])
  func whole(value: UInt64) {
    var bytes: [UInt8] = []
    NumberText.append(value, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "\(value)")
  }
}
