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
  // Set once; its elements are atomics.
  private nonisolated(unsafe) let counts: UnsafeMutableBufferPointer<Atomic<UInt64>>
  /// Timers add whole nanoseconds, which needs no retry; recorders add to a `Double`.
  private let nanoseconds = Atomic<UInt64>(0)
  private let sum = Atomic<UInt64>(0)

  init(family: String, labels: LabelSet, buckets: HistogramBuckets, rejected: RejectedUpdates) {
    self.family = family
    self.labels = labels
    self.buckets = buckets
    self.rejected = rejected
    counts = .allocate(capacity: buckets.table.bounds.count + 1)
    for index in counts.indices { counts.initializeElement(at: index, to: Atomic(0)) }
  }

  deinit {
    counts.deinitialize()
    counts.deallocate()
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let table = buckets.table
    guard value.isFinite, value >= 0 || table.admitsNegative else { return rejected.add() }
    AtomicSums.add(1, to: counts[table.index(of: value)])
    AtomicSums.add(value, toBitsOf: sum)
  }

  func recordNanoseconds(_ duration: Int64) {
    guard duration >= 0 else { return rejected.add() }
    AtomicSums.add(1, to: counts[buckets.table.index(ofNanoseconds: duration)])
    AtomicSums.add(UInt64(bitPattern: duration), to: nanoseconds)
  }

  func read() -> MetricValue {
    let values = counts.indices.map { counts[$0].load(ordering: .relaxed) }
    let recorded = Double(bitPattern: sum.load(ordering: .relaxed))
    let timed = Double(nanoseconds.load(ordering: .relaxed)) / 1e9
    return .histogram(HistogramValue(checked: buckets, counts: values, sum: recorded + timed))
  }
}
