import ExternalTools
import Foundation
import PrometheusMetrics
import Testing

/// What the OpenMetrics 1.0 text says can be awkward, written by us and read back by a parser that others wrote. Each case
/// stands for a sentence of the specification; none is copied from a test suite.
@Suite("OpenMetrics cases")
struct OpenMetricsCaseTests {
  struct Case: Sendable {
    let name: String
    let metric: String
    let kind: MetricKind
    var help = "Help."
    var unit: String?
    var labels: [String] = []
    var buckets: HistogramBuckets?
    var series: [([String], MetricValue)]
  }

  /// Values that a gauge may have: section "Numbers".
  static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.1, 1.0 / 3, 1e-7, 1e21, 123_456_789.125, Double.leastNonzeroMagnitude,
    1.797_693_134_862_315_7e308, 0x1p53, 0x1p53 + 2,
    .infinity, -.infinity, .nan,
  ]

  /// Label values that look like syntax: section "Escaping".
  static let texts = [
    "", " ", "plain", "a,b=\"c\"", "}", "{", "} 1", "# {a=\"b\"} 1", "# EOF", "\\", "\\\\", "\\n", "\n", "\n\n", "\"",
    "\"\"", "trailing\\", "tab\t", "1", "NaN", "é", "日本語", "💡", "\u{FEFF}", "\u{0}", "\u{2028}",
  ]

  static func cases() throws -> [Case] {
    let gauges = numbers.enumerated().map { index, value in
      Case(name: "number \(value)", metric: "number_\(index)", kind: .gauge, series: [([], .gauge(value))])
    }
    let labels = Case(
      name: "label values", metric: "labelled", kind: .gauge, labels: ["text"],
      series: texts.enumerated().map { ([$1], .gauge(Double($0))) })
    // The judge trims a help of spaces.
    let helps = texts.enumerated().filter { $1 != " " }.map { index, text in
      Case(name: "help \(index)", metric: "helped_\(index)", kind: .gauge, help: text, series: [([], .gauge(1))])
    }
    let bounds = try HistogramBuckets([1e-9, 1e-05, 0.0001, 0.1, 0.5, 1, 10, 99_999, 100_000, 1e6, 123_456.5e3, 1e15])
    let signed = try HistogramBuckets([-10, -0.5, 0, 0.5])
    func histogram(_ buckets: HistogramBuckets, _ counts: [UInt64], _ sum: Double) throws -> MetricValue {
      .histogram(try #require(HistogramValue(buckets: buckets, counts: counts, sum: sum)))
    }
    let zeros = [UInt64](repeating: 0, count: 13)
    return gauges + [labels] + helps + [
      Case(name: "counter at zero", metric: "zero_total", kind: .counter, series: [([], .counter(whole: 0))]),
      Case(name: "counter of ones", metric: "ones_total", kind: .counter, series: [([], .counter(whole: 17))]),
      Case(
        name: "counter with a part", metric: "p_total", kind: .counter, series: [([], .counter(whole: 2, part: 0.5))]),
      Case(name: "counter above 2^53", metric: "big_total", kind: .counter, series: [([], .counter(whole: 1 << 60))]),
      Case(name: "counter at its end", metric: "end_total", kind: .counter, series: [([], .counter(whole: .max))]),
      Case(
        name: "counter with a unit", metric: "sent_bytes_total", kind: .counter, unit: "bytes",
        series: [([], .counter(whole: 5))]),
      Case(name: "gauge with a unit", metric: "fill_ratio", kind: .gauge, unit: "ratio", series: [([], .gauge(0.25))]),
      Case(name: "leading underscore", metric: "_private", kind: .gauge, series: [([], .gauge(1))]),
      Case(name: "name that begins as another one", metric: "job", kind: .gauge, series: [([], .gauge(1))]),
      Case(
        name: "several labels", metric: "many", kind: .gauge, labels: ["z", "a", "_m"],
        series: [
          (["1", "2", "3"], .gauge(1)), (["1", "2", "4"], .gauge(2)), (["", "", ""], .gauge(3)),
        ]),
      Case(
        name: "histogram without observations", metric: "none_seconds", kind: .histogram, unit: "seconds",
        buckets: bounds, series: [([], try histogram(bounds, zeros, 0))]),
      Case(
        name: "histogram with canonical bounds", metric: "load_seconds", kind: .histogram, unit: "seconds",
        labels: ["cell"], buckets: bounds,
        series: [
          (["a"], try histogram(bounds, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7], 1234.5)),
          (["b\"} 1"], try histogram(bounds, zeros.dropLast() + [1 << 60], 1e300)),
        ]),
      Case(
        name: "histogram of signed values", metric: "drift", kind: .histogram, buckets: signed,
        series: [([], try histogram(signed, [1, 2, 3, 4, 5], -7))]),
    ]
  }

  struct OneFamily: MetricsCollector {
    let family: MetricFamily
    func collect() -> [MetricFamily] { [family] }
  }

  /// What the parser found: samples by name and labels, with the family's kind, help and unit.
  struct Found: Decodable {
    struct Sample: Decodable {
      let name: String
      let labels: [String: String]
      let value: String
    }
    let error: String?
    let type: String?
    let help: String?
    let unit: String?
    let samples: [Sample]?
  }

  static let python = ExternalTool.python(importing: "prometheus_client.openmetrics.parser")

  /// One interpreter for all texts.
  private func judge(_ texts: [String]) async throws -> [Found] {
    let script = """
      import json, sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families
      answers = []
      for text in json.load(sys.stdin):
          try:
              families = [f for f in text_string_to_metric_families(text) if not f.name.startswith("metrics_registry")]
              f = families[0]
              answers.append({"type": f.type, "help": f.documentation, "unit": f.unit, "samples": [
                  {"name": s.name, "labels": s.labels, "value": repr(float(s.value))} for s in f.samples]})
          except Exception as error:
              answers.append({"error": repr(error)})
      json.dump(answers, sys.stdout)
      """
    let result = try await #require(Self.python).run(["-c", script], input: Array(try JSONEncoder().encode(texts)))
    try #require(result.status == 0, "\(result.output)")
    return try JSONDecoder().decode([Found].self, from: Data(result.output.utf8))
  }

  private func exposition(_ one: Case) throws -> String {
    let registry = PrometheusRegistry()
    var family = MetricFamily(
      try MetricDescriptor(
        name: one.metric, kind: one.kind, help: one.help, unit: one.unit, labelNames: one.labels, buckets: one.buckets))
    for (labels, value) in one.series { family.append(labels, value) }
    registry.add(OneFamily(family: family))
    return String(decoding: registry.snapshot().encoded(as: .openMetrics100), as: UTF8.self)
  }

  @Test(
    "A foreign parser reads every awkward case back as it was written",
    .enabled(if: python != nil, "PyPI's prometheus-client is not installed: run \(ExternalTool.provider)"))
  func roundTrip() async throws {
    let cases = try Self.cases()
    let found = try await judge(try cases.map(exposition))
    #expect(found.count == cases.count)
    for (one, found) in zip(cases, found) {
      #expect(found.error == nil, "\(one.name)")
      #expect(found.type == one.kind.rawValue, "\(one.name)")
      #expect(found.help.map { Array($0.utf8) } == Array(one.help.utf8), "\(one.name)")
      #expect((found.unit ?? "") == one.unit ?? "", "\(one.name)")
      let expected = one.series.flatMap { Self.lines(one, $0.0, $0.1) }
      #expect((found.samples ?? []).map(Self.line) == expected, "\(one.name)")
    }
  }

  @Test(
    "The judge says no where the specification does",
    .enabled(if: python != nil, "PyPI's prometheus-client is not installed: run \(ExternalTool.provider)"))
  func refusals() async throws {
    let good = "# TYPE jobs counter\n# HELP jobs Jobs.\njobs_total 1\n# EOF\n"
    let broken = [
      good.replacingOccurrences(of: "# EOF\n", with: ""), good + "\n",
      good.replacingOccurrences(of: "_total", with: ""),
      good.replacingOccurrences(of: "jobs_total 1", with: "jobs_total -1"),
      good.replacingOccurrences(of: "jobs_total 1", with: "jobs_total{a=\"b} 1"),
      "# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n# EOF\n",
      "# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_count 2\nh_sum 1\n# EOF\n",
      "# TYPE x gauge\n# UNIT x seconds\nx 1\n# EOF\n",
    ]
    let found = try await judge([good] + broken)
    #expect(found.first?.error == nil)
    for (text, answer) in zip(broken, found.dropFirst()) { #expect(answer.error != nil, "\(text)") }
  }

  // MARK: - Lines that can be compared

  private static func line(_ sample: Found.Sample) -> String {
    line(sample.name, sample.labels, Double(sample.value.replacingOccurrences(of: "inf", with: "infinity")) ?? -12345)
  }

  private static func line(_ name: String, _ labels: [String: String], _ value: Double) -> String {
    let labels = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\(Array($0.value.utf8))" }
    return "\(name) \(labels) \(value == 0 ? 0 : value)"
  }

  private static func lines(_ one: Case, _ values: [String], _ value: MetricValue) -> [String] {
    let labels = Dictionary(uniqueKeysWithValues: zip(one.labels, values))
    switch value {
    case .counter(let whole, let part): return [line(one.metric, labels, Double(whole) + part)]
    case .gauge(let value): return [line(one.metric, labels, value)]
    case .histogram(let value):
      var total: UInt64 = 0
      let les = value.buckets.bounds.map(text) + ["+Inf"]
      let buckets = zip(value.counts, les).map { count, le in
        total += count
        return line(one.metric + "_bucket", labels.merging(["le": le]) { $1 }, Double(total))
      }
      if value.buckets.bounds.contains(where: { $0 < 0 }) { return buckets }
      return buckets + [
        line(one.metric + "_sum", labels, value.sum), line(one.metric + "_count", labels, Double(total)),
      ]
    }
  }

  /// The canonical form of section "Considerations: Canonical Numbers", spelt out for the bounds that are used here.
  private static func text(_ bound: Double) -> String {
    let known: [Double: String] = [
      1e-9: "1e-09", 1e-05: "1e-05", 0.0001: "0.0001", 99_999: "99999.0", 100_000: "100000.0", 1e6: "1e+06",
      123_456.5e3: "1.234565e+08", 1e15: "1e+15",
    ]
    return known[bound] ?? bound.description
  }
}
