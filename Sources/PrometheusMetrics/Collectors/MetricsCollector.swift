/// Gives metrics whose values are read when they are asked for, such as queue lengths.
public protocol MetricsCollector: Sendable {
  /// The families as they are now. Called once for each scrape, on the scraper's task, with no lock held; must be quick.
  func collect() -> [MetricFamily]
}
