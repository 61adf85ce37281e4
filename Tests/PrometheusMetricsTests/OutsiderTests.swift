import CoreMetrics
import ExternalTools
import Foundation
import PrometheusMetrics
import Testing

/// Our expositions, judged by programs that others wrote.
@Suite("Outside judges")
struct OutsiderTests {
  /// Every kind of metric, with awkward text and numbers.
  private func registry() throws -> PrometheusRegistry {
    let bench = Bench()
    try bench.registry.describe(
      MetricDescriptor(
        name: "index_load_seconds", kind: .histogram, help: "Time to \"load\" an index,\nwith a \\ in its help.",
        unit: "seconds", labelNames: ["cell"], buckets: .loading))
    try bench.registry.describe(
      MetricDescriptor(name: "sent_bytes_total", kind: .counter, help: "Bytes sent.", unit: "bytes", labelNames: ["to"])
    )
    for (index, cell) in ["faiss", "quote\"d", "back\\slash", "line\nfeed", "ünïcode 💡", ""].enumerated() {
      let timer = bench.timer("index_load_seconds", [("cell", cell)])
      for step in 0..<20 { timer.recordMilliseconds(1 << (step % (index + 8))) }
      bench.counter("sent_bytes", [("to", cell)]).increment(by: 1_000_000_007 * Int64(index + 1))
    }
    bench.meter("balance").set(-12.75)
    bench.meter("ratio").set(1.0 / 3)
    bench.meter("missing").set(Double.nan)
    bench.meter("endless").set(Double.infinity)
    bench.recorder("batch_size").record(12)
    bench.meter("sent_bytes").set(1.0)
    bench.registry.add(ProcessCollector())
    return bench.registry
  }

  @Test(
    "promtool finds nothing to complain of",
    .enabled(if: ExternalTool.promtool != nil, "promtool is not installed: run \(ExternalTool.provider)"))
  func promtool() async throws {
    let promtool = try #require(ExternalTool.promtool)
    // promtool reads the older format only; the newer one has a judge of its own below.
    let exposition = try registry().snapshot().encoded(as: .text004)
    let result = try await promtool.run(["check", "metrics"], input: exposition)
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.isEmpty)
    let broken = try await promtool.run(["check", "metrics"], input: Array("jobs_total 1\njobs_total 2\n".utf8))
    #expect(broken.status != 0, "the judge must be able to say no")
  }

  static let openMetricsPython = ExternalTool.python(importing: "prometheus_client.openmetrics.parser")

  @Test(
    "prometheus-client's parsers read both formats and find every value again",
    .enabled(
      if: openMetricsPython != nil, "PyPI's prometheus-client is not installed: run \(ExternalTool.provider)"),
    arguments: ExpositionFormat.allCases)
  func prometheusClient(format: ExpositionFormat) async throws {
    let python = try #require(Self.openMetricsPython)
    let snapshot = try registry().snapshot()
    let module = format == .openMetrics100 ? "openmetrics.parser" : "parser"
    let script = """
      import json, sys
      from prometheus_client.\(module) import text_string_to_metric_families
      found = []
      for family in text_string_to_metric_families(sys.stdin.buffer.read().decode()):
          for sample in family.samples:
              found.append([sample.name, sorted(sample.labels.items()), repr(float(sample.value))])
      json.dump({"found": sorted(found)}, sys.stdout)
      """
    let result = try await python.run(["-c", script], input: snapshot.encoded(as: format))
    try #require(result.status == 0, "\(result.output)")
    let parsed = try JSONDecoder().decode(Parsed.self, from: Data(result.output.utf8))
    #expect(parsed.found.map(\.text).sorted() == expected(snapshot).map(\.text).sorted())
  }

  private struct Parsed: Decodable {
    let found: [ParsedSample]
  }

  /// A sample as Python tells it: name, label pairs, value.
  private struct ParsedSample: Decodable {
    let text: String

    init(name: String, labels: [(String, String)], value: Double) {
      text = "\(name) \(labels.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1.debugDescription)" }) \(value)"
    }

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      let name = try parts.decode(String.self)
      let labels = try parts.decode([[String]].self).map { ($0[0], $0[1]) }
      self.init(name: name, labels: labels, value: Double(try parts.decode(String.self)) ?? .signalingNaN)
    }
  }

  private func expected(_ snapshot: MetricsSnapshot) -> [ParsedSample] {
    snapshot.families.flatMap { family in
      family.series.flatMap { series in
        let labels = Array(zip(series.labels.names, series.labels.values))
        let name = family.descriptor.name
        switch series.value {
        case .counter(let whole, let part):
          return [ParsedSample(name: name, labels: labels, value: Double(whole) + part)]
        case .gauge(let value): return [ParsedSample(name: name, labels: labels, value: value)]
        case .histogram(let value):
          var total = 0.0
          let les = value.buckets.bounds.map(canonical) + ["+Inf"]
          return zip(value.counts, les).map { count, le in
            total += Double(count)
            return ParsedSample(name: name + "_bucket", labels: labels + [("le", le)], value: total)
          } + [
            ParsedSample(name: name + "_sum", labels: labels, value: value.sum),
            ParsedSample(name: name + "_count", labels: labels, value: Double(value.count)),
          ]
        }
      }
    }
  }

  private func canonical(_ bound: Double) -> String { bound == 1_000_000 ? "1e+06" : bound.description }
}
