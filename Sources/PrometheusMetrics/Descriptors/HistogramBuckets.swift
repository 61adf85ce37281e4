/// The upper bounds of a histogram's buckets, fixed when the histogram is made. The bucket `+Inf` is always there besides.
public struct HistogramBuckets: Sendable, Hashable {
  /// More buckets than this cost every scrape more than they tell.
  public static let maximumCount = 200

  let table: Table

  /// The finite upper bounds, rising, in the metric's unit.
  public var bounds: [Double] { table.bounds }

  /// Checks and keeps the bounds.
  ///
  /// - Throws: ``PrometheusMetricsError/Code/invalidBuckets`` unless there are 1 to ``maximumCount`` finite, rising bounds.
  public init(_ bounds: [Double]) throws(PrometheusMetricsError) {
    guard !bounds.isEmpty, bounds.count <= Self.maximumCount else {
      throw PrometheusMetricsError(
        .invalidBuckets, "A histogram has 1 to \(Self.maximumCount) bucket bounds; these are \(bounds.count).")
    }
    for (index, bound) in bounds.enumerated() {
      guard bound.isFinite else {
        throw PrometheusMetricsError(
          .invalidBuckets, "Bucket bounds are finite (+Inf is added by itself); bound \(index) is \(bound).")
      }
      guard index == 0 || bounds[index - 1] < bound else {
        throw PrometheusMetricsError(
          .invalidBuckets, "Bucket bounds rise; bound \(index), \(bound), follows \(bounds[index - 1]).")
      }
    }
    self.init(checked: bounds)
  }

  private init(checked bounds: [Double]) { table = Table(bounds) }

  /// 5 ms to 10 s: the Prometheus clients' usual bounds for the latency of a request, in seconds.
  public static let latency = HistogramBuckets(
    checked: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

  /// 0.1 ms to 2.5 s, in seconds: for the stages of a search.
  public static let stages = HistogramBuckets(
    checked: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5])

  /// 1 ms to 5 min, in seconds: for loading models and indexes.
  public static let loading = HistogramBuckets(
    checked: [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300])

  /// 1 to 1,000,000 in steps 1, 2, 5: for sizes and counts of unknown scale.
  public static let sizes = HistogramBuckets(
    checked: [
      1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
      1_000_000,
    ])

  /// Compares the bounds.
  public static func == (left: Self, right: Self) -> Bool {
    left.table === right.table || left.table.bounds == right.table.bounds
  }

  /// Hashes the bounds.
  public func hash(into hasher: inout Hasher) { hasher.combine(table.bounds) }
}

extension HistogramBuckets {
  /// What every observation and every scrape needs, computed once and shared by all series of all copies.
  final class Table: Sendable {
    let bounds: [Double]
    /// The bounds of a histogram of seconds in nanoseconds, so that timers need no division.
    let nanoseconds: [Int64]
    /// `le="0.005"` and so on, `le="+Inf"` last.
    let labels: [[UInt8]]
    /// Where a bound is negative, observations may be too, and the sum says nothing.
    let admitsNegative: Bool

    init(_ bounds: [Double]) {
      self.bounds = bounds
      nanoseconds = bounds.map { bound in
        let value = (bound * 1e9).rounded()
        return value >= 0x1p63 ? Int64.max : value < -0x1p63 ? Int64.min : Int64(value)
      }
      labels = (bounds + [.infinity]).map { bound in Array("le=\"\(NumberText.canonical(bound))\"".utf8) }
      admitsNegative = (bounds.first ?? 0) < 0
    }
  }
}
