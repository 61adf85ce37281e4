import CoreMetrics
import ExternalTools
import Foundation
import Testing

@testable import PrometheusMetrics

@Suite("Exemplars")
struct ExemplarTests {
  enum Work {
    @TaskLocal static var trace: String?
  }

  private func bench() -> Bench {
    Bench {
      $0.timerBuckets = HistogramBuckets.latency
      $0.exemplars = ExemplarSource(now: { 1700000000.25 }, labels: { Work.trace.map { [("trace_id", $0)] } ?? [] })
    }
  }

  @Test("A bucket tells the latest observation that was made in a trace, in OpenMetrics only")
  func latest() {
    let bench = bench()
    let timer = bench.timer("load")
    timer.recordMilliseconds(20)
    for (trace, milliseconds) in [("aa", 3), ("bb", 4), ("cc", 60_000)] {
      Work.$trace.withValue(trace) { timer.recordMilliseconds(milliseconds) }
    }
    let text = bench.text(.openMetrics100)
    #expect(text.contains("load_seconds_bucket{le=\"0.005\"} 2 # {trace_id=\"bb\"} 0.004 1700000000.25\n"))
    #expect(text.contains("load_seconds_bucket{le=\"0.01\"} 2\n"))
    #expect(text.contains("load_seconds_bucket{le=\"0.025\"} 3\n"), "an observation outside a trace has none")
    #expect(text.contains("load_seconds_bucket{le=\"+Inf\"} 4 # {trace_id=\"cc\"} 60 1700000000.25\n"))
    #expect(!bench.text(.text004).contains("trace_id"))
  }

  @Test("What the format does not allow is left out")
  func limits() {
    func exemplar(_ labels: [(String, String)]) -> Exemplar? { Exemplar(labels: labels, value: 1, time: 0) }
    #expect(exemplar([("trace_id", String(repeating: "é", count: 120))]) != nil)
    #expect(exemplar([("trace_id", String(repeating: "é", count: 121))]) == nil)
    #expect(exemplar([("trace-id", "a")]) == nil)
    #expect(exemplar([("a", "1"), ("a", "2")]) == nil)
    let bench = bench()
    Work.$trace.withValue(String(repeating: "a", count: 200)) { bench.recorder("size").record(1) }
    let text = bench.text(.openMetrics100)
    #expect(text.contains("size_bucket{le=\"1.0\"} 1\n"), "counted all the same")
    #expect(HistogramValue(buckets: .latency, counts: Array(repeating: 0, count: 12), sum: 0, exemplars: [nil]) == nil)
  }

  @Test("Without a source none are kept")
  func off() {
    let bench = Bench()
    Work.$trace.withValue("aa") { bench.timer("load").recordMilliseconds(3) }
    #expect(!bench.text(.openMetrics100).contains("# {"))
    guard case .histogram(let value)? = bench.registry.snapshot().value("load_seconds") else {
      Issue.record("no histogram")
      return
    }
    #expect(value.exemplars == nil)
  }

  @Test(
    "A foreign parser finds them",
    .enabled(
      if: OpenMetricsCaseTests.python != nil, "PyPI's prometheus-client is not installed: run \(ExternalTool.provider)")
  )
  func foreign() async throws {
    let bench = bench()
    Work.$trace.withValue("4bf92f3577b34da6a3ce929d0e0e4736") { bench.recorder("size").record(3) }
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families
      for family in text_string_to_metric_families(sys.stdin.buffer.read().decode()):
          for s in family.samples:
              if s.exemplar: print(s.labels["le"], s.exemplar.labels, s.exemplar.value, s.exemplar.timestamp)
      """
    let python = try #require(OpenMetricsCaseTests.python)
    let result = try await python.run(
      ["-c", script], input: bench.registry.snapshot().encoded(as: .openMetrics100))
    #expect(result.status == 0)
    #expect(
      result.output.hasSuffix(" {'trace_id': '4bf92f3577b34da6a3ce929d0e0e4736'} 3 1700000000.250000000\n"),
      "\(result.output)")
  }
}
