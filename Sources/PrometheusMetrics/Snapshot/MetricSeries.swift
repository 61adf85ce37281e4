/// One series at one moment.
public struct MetricSeries: Sendable, Hashable {
  /// Its labels.
  public let labels: LabelSet
  /// Its value.
  public let value: MetricValue
}
