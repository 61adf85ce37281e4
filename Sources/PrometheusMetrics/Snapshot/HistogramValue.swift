/// What a histogram held at one moment.
public struct HistogramValue: Sendable, Hashable {
  /// The bounds.
  public let buckets: HistogramBuckets
  /// Observations in each bucket alone (not cumulated); one more than there are bounds, the last being above all bounds.
  public let counts: [UInt64]
  /// The sum of all observations.
  public let sum: Double

  /// A value for a collector; nil unless there is one count more than there are bounds.
  public init?(buckets: HistogramBuckets, counts: [UInt64], sum: Double) {
    guard counts.count == buckets.bounds.count + 1 else { return nil }
    self.init(checked: buckets, counts: counts, sum: sum)
  }

  init(checked buckets: HistogramBuckets, counts: [UInt64], sum: Double) {
    self.buckets = buckets
    self.counts = counts
    self.sum = sum
  }

  /// The number of observations.
  public var count: UInt64 { counts.reduce(0, &+) }
}
