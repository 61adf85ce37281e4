/// The live value of one series, shared by every handle with the same name and label values.
protocol SeriesStorage: AnyObject, Sendable {
  var family: String { get }
  var labels: LabelSet { get }
  /// The value now. Never blocks a writer.
  func read() -> MetricValue
}
