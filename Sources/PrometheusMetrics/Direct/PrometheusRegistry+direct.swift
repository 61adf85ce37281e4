extension PrometheusRegistry {
  /// A gauge that is set without swift-metrics. One that cannot be had, because of its name or labels, keeps its value to
  /// itself and is counted like a handle.
  public func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> DirectGauge {
    let series = series(label, .gauge, dimensions) as? GaugeSeries
    return DirectGauge(series ?? GaugeSeries(family: "", labels: LabelSet(names: [], values: [])))
  }

  /// A histogram that is observed without swift-metrics; its name is a `Recorder`'s. One that cannot be had keeps its
  /// counts to itself and is counted like a handle.
  public func histogram(_ label: String, _ dimensions: [(String, String)] = []) -> DirectHistogram {
    let series = series(label, .recorder, dimensions) as? HistogramSeries
    return DirectHistogram(
      series
        ?? HistogramSeries(
          family: "", labels: LabelSet(names: [], values: []), buckets: .sizes, rejected: rejected, exemplars: nil))
  }
}
