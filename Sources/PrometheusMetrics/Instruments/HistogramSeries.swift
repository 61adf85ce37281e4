import CoreMetrics
import Synchronization

/// A histogram's counts, for `Recorder` with aggregation and for `Timer`.
///
/// The number of observations is nowhere kept: it is the sum of the buckets, so `_count` and the bucket `+Inf` cannot
/// disagree. `_sum` may be ahead of or behind them by the observations that are under way during a scrape.
final class HistogramSeries: SeriesStorage, RecorderHandler, TimerHandler {
  let family: String
  let labels: LabelSet
  private let buckets: HistogramBuckets
  private let rejected: RejectedUpdates
  // Set once; the elements of the first are atomics, those of the others constants. The bounds are copied here because
  // reaching them through `buckets` would count references, which costs threads that meet more than the observation.
  private nonisolated(unsafe) let counts: UnsafeMutableBufferPointer<Atomic<UInt64>>
  private nonisolated(unsafe) let bounds: UnsafeMutableBufferPointer<Double>
  private nonisolated(unsafe) let nanosecondBounds: UnsafeMutableBufferPointer<Int64>
  private let admitsNegative: Bool
  /// Whole values and nanoseconds are summed as integers, which needs no retry when threads meet; only fractions and
  /// negative values are added to a `Double`.
  private let nanoseconds = Atomic<UInt64>(0)
  private let whole = Atomic<UInt64>(0)
  private let fractions = Atomic<UInt64>(0)

  init(family: String, labels: LabelSet, buckets: HistogramBuckets, rejected: RejectedUpdates) {
    self.family = family
    self.labels = labels
    self.buckets = buckets
    self.rejected = rejected
    counts = .allocate(capacity: buckets.table.bounds.count + 1)
    for index in counts.indices { counts.initializeElement(at: index, to: Atomic(0)) }
    bounds = .allocate(capacity: buckets.table.bounds.count)
    _ = bounds.initialize(from: buckets.table.bounds)
    nanosecondBounds = .allocate(capacity: buckets.table.bounds.count)
    _ = nanosecondBounds.initialize(from: buckets.table.nanoseconds)
    admitsNegative = buckets.table.admitsNegative
  }

  deinit {
    counts.deinitialize()
    counts.deallocate()
    bounds.deallocate()
    nanosecondBounds.deallocate()
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard value.isFinite, value >= 0 || admitsNegative else { return rejected.add() }
    var index = 0
    while index < bounds.count, value > bounds[index] { index += 1 }
    AtomicSums.add(1, to: counts[index])
    if value >= 0, value < 0x1p53, value == value.rounded(.towardZero) {
      AtomicSums.add(UInt64(value), to: whole)
    } else {
      AtomicSums.add(value, toBitsOf: fractions)
    }
  }

  func recordNanoseconds(_ duration: Int64) {
    guard duration >= 0 else { return rejected.add() }
    var index = 0
    while index < nanosecondBounds.count, duration > nanosecondBounds[index] { index += 1 }
    AtomicSums.add(1, to: counts[index])
    AtomicSums.add(UInt64(bitPattern: duration), to: nanoseconds)
  }

  func read() -> MetricValue {
    let values = counts.indices.map { counts[$0].load(ordering: .relaxed) }
    let recorded = Double(whole.load(ordering: .relaxed)) + Double(bitPattern: fractions.load(ordering: .relaxed))
    let timed = Double(nanoseconds.load(ordering: .relaxed)) / 1e9
    return .histogram(HistogramValue(checked: buckets, counts: values, sum: recorded + timed))
  }
}
