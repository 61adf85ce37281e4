/// What a histogram held at one moment.
public struct HistogramValue: Sendable, Hashable {
  /// The bounds.
  public let buckets: HistogramBuckets
  /// Observations in each bucket alone (not cumulated); one more than there are bounds, the last being above all bounds.
  public let counts: [UInt64]
  /// The sum of all observations.
  public let sum: Double
  /// The latest exemplar of each bucket, in the order of `counts`; nil where none are kept.
  public let exemplars: [Exemplar?]?

  /// A value for a collector; nil unless there is one count more than there are bounds, and as many exemplars if any.
  public init?(buckets: HistogramBuckets, counts: [UInt64], sum: Double, exemplars: [Exemplar?]? = nil) {
    guard counts.count == buckets.bounds.count + 1, exemplars.map({ $0.count == counts.count }) ?? true else {
      return nil
    }
    self.init(checked: buckets, counts: counts, sum: sum, exemplars: exemplars)
  }

  init(checked buckets: HistogramBuckets, counts: [UInt64], sum: Double, exemplars: [Exemplar?]?) {
    self.buckets = buckets
    self.counts = counts
    self.sum = sum
    self.exemplars = exemplars
  }

  /// The number of observations.
  public var count: UInt64 { counts.reduce(0, &+) }
}
