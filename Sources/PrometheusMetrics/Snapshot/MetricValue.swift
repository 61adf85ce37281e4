/// What one series held at one moment.
public enum MetricValue: Sendable, Hashable {
  /// A count: whole increments and fractional ones, which add up to the value.
  case counter(whole: UInt64, part: Double = 0)
  /// A momentary value.
  case gauge(Double)
  /// Observations in buckets.
  case histogram(HistogramValue)

  /// The kind of family that this value belongs to.
  public var kind: MetricKind {
    switch self {
    case .counter: .counter
    case .gauge: .gauge
    case .histogram: .histogram
    }
  }
}
