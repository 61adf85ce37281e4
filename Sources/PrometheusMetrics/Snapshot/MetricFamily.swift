/// All series of one metric at one moment.
public struct MetricFamily: Sendable {
  /// What the metric is.
  public let descriptor: MetricDescriptor
  /// Its series.
  public private(set) var series: [MetricSeries]
  /// Values that did not fit the descriptor and were left out.
  private(set) var discarded = 0

  /// A family without series, for a collector to fill.
  public init(_ descriptor: MetricDescriptor) {
    self.descriptor = descriptor
    series = []
  }

  init(_ descriptor: MetricDescriptor, series: [MetricSeries]) {
    self.descriptor = descriptor
    self.series = series
  }

  /// Adds a series with its label values in the descriptor's order. What does not fit the descriptor is left out and
  /// counted in `metrics_registry_rejected_updates_total`: a scrape must not fail for one metric.
  public mutating func append(_ labelValues: [String] = [], _ value: MetricValue) {
    guard labelValues.count == descriptor.labelNames.count, value.kind == descriptor.kind else {
      discarded += 1
      return
    }
    series.append(MetricSeries(labels: LabelSet(names: descriptor.labelNames, values: labelValues), value: value))
  }

  /// Leaves only the first series of those with equal labels.
  mutating func removeDuplicates() {
    var seen = Set<LabelSet>()
    let unique = series.filter { seen.insert($0.labels).inserted }
    discarded += series.count - unique.count
    series = unique
  }
}
