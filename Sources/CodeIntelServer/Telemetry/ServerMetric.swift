public import PrometheusMetrics

/// A metric of the service, as `Fixtures/contract.json` has it.
struct ServerMetric: Sendable, Hashable {
  /// The exposed name.
  let name: String
  /// What it is.
  let kind: MetricKind
  /// The base unit, if it has one.
  let unit: String?
  /// The labels' names.
  let labelNames: [String]
  /// The bounds of a histogram.
  let buckets: HistogramBuckets?
  /// One sentence for people.
  let help: String
}

extension PrometheusRegistry {
  /// Makes the metrics of the service known: help, units, labels and buckets.
  ///
  /// - Throws: `PrometheusMetricsError` when a metric of one of these names is there already and differs.
  public func describeServerMetrics() throws(PrometheusMetricsError) {
    for metric in ServerMetric.all {
      try describe(
        try MetricDescriptor(
          name: metric.name, kind: metric.kind, help: metric.help, unit: metric.unit, labelNames: metric.labelNames,
          buckets: metric.buckets))
    }
  }
}
