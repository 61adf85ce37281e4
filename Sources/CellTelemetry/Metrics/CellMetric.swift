public import PrometheusMetrics

/// A metric of runtime cells, as `Fixtures/contract.json` has it.
public struct CellMetric: Sendable, Hashable {
  /// The exposed name.
  public let name: String
  /// What it is.
  public let kind: MetricKind
  /// The base unit, if it has one.
  public let unit: String?
  /// The labels' names.
  public let labelNames: [String]
  /// The bounds of a histogram.
  public let buckets: HistogramBuckets?
  /// Whether it only repeats another one under a name of an earlier draft.
  public let isCompat: Bool
  /// One sentence for people.
  public let help: String

  init(
    name: String, kind: MetricKind, unit: String?, labelNames: [String], buckets: HistogramBuckets?, isCompat: Bool,
    help: String
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labelNames = labelNames
    self.buckets = buckets
    self.isCompat = isCompat
    self.help = help
  }

  /// The description for a registry.
  ///
  /// - Throws: `PrometheusMetricsError` if the contract breaks the rules of names, which the tests rule out.
  public func descriptor() throws(PrometheusMetricsError) -> MetricDescriptor {
    try MetricDescriptor(
      name: name, kind: kind, help: help, unit: unit, labelNames: labelNames, buckets: buckets)
  }
}

extension PrometheusRegistry {
  /// Makes the metrics of runtime cells known: help, units, labels and buckets.
  ///
  /// - Parameter compatNames: whether the drafts' names are made known too.
  /// - Throws: `PrometheusMetricsError` when a metric of one of these names is there already and differs.
  public func describeCellMetrics(compatNames: Bool = false) throws(PrometheusMetricsError) {
    for metric in CellMetric.all where compatNames || !metric.isCompat {
      try describe(try metric.descriptor())
    }
  }
}
