/// A histogram without swift-metrics around it: observing counts no references, so threads that share one meet only in the
/// counts themselves. For observations in inner loops; everything else is better off with a `Timer` or `Recorder`.
///
/// Keep it: making one takes a lock. Two of the same name and labels, and a `Recorder` or `Timer` too, share one value.
public struct DirectHistogram: Sendable {
  private let series: HistogramSeries

  init(_ series: HistogramSeries) { self.series = series }

  /// Counts an observation, in the metric's unit.
  public func observe(_ value: Double) { series.record(value) }

  /// Counts a duration, for a metric in seconds.
  public func observe(nanoseconds: Int64) { series.recordNanoseconds(nanoseconds) }
}
