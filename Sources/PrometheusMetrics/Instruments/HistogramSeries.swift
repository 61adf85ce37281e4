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
  // Set once; the elements of the first are atomics, those of the others constants. None of this lies in the object
  // itself: swift-metrics counts references to it at every update, and that memory line had better hold nothing else.
  // For the same reason the bounds are copied here instead of being reached through `buckets`.
  /// The three sums, then a count for each bucket.
  private nonisolated(unsafe) let cells: UnsafeMutableBufferPointer<Atomic<UInt64>>
  private nonisolated(unsafe) let bounds: UnsafeMutableBufferPointer<Double>
  private nonisolated(unsafe) let nanosecondBounds: UnsafeMutableBufferPointer<Int64>
  private let admitsNegative: Bool
  private let exemplars: ExemplarStore?

  /// Whole values and nanoseconds are summed as integers, which needs no retry when threads meet; only fractions and
  /// negative values are added to a `Double`.
  private static let nanoseconds = 0
  private static let whole = 1
  private static let fractions = 2
  private static let sums = 3

  init(
    family: String, labels: LabelSet, buckets: HistogramBuckets, rejected: RejectedUpdates, exemplars: ExemplarSource?
  ) {
    self.family = family
    self.labels = labels
    self.buckets = buckets
    self.rejected = rejected
    cells = .allocate(capacity: Self.sums + buckets.table.bounds.count + 1)
    for index in cells.indices { cells.initializeElement(at: index, to: Atomic(0)) }
    bounds = .allocate(capacity: buckets.table.bounds.count)
    _ = bounds.initialize(from: buckets.table.bounds)
    nanosecondBounds = .allocate(capacity: buckets.table.bounds.count)
    _ = nanosecondBounds.initialize(from: buckets.table.nanoseconds)
    admitsNegative = buckets.table.admitsNegative
    self.exemplars = exemplars.map { ExemplarStore(source: $0, buckets: buckets.table.bounds.count + 1) }
  }

  deinit {
    cells.deinitialize()
    cells.deallocate()
    bounds.deallocate()
    nanosecondBounds.deallocate()
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard value.isFinite, value >= 0 || admitsNegative else { return rejected.add() }
    var index = 0
    while index < bounds.count, value > bounds[index] { index += 1 }
    AtomicSums.add(1, to: cells[Self.sums + index])
    if value >= 0, value < 0x1p53, value == value.rounded(.towardZero) {
      AtomicSums.add(UInt64(value), to: cells[Self.whole])
    } else {
      AtomicSums.add(value, toBitsOf: cells[Self.fractions])
    }
    if let exemplars { exemplars.note(value, bucket: index) }
  }

  func recordNanoseconds(_ duration: Int64) {
    guard duration >= 0 else { return rejected.add() }
    var index = 0
    while index < nanosecondBounds.count, duration > nanosecondBounds[index] { index += 1 }
    AtomicSums.add(1, to: cells[Self.sums + index])
    AtomicSums.add(UInt64(bitPattern: duration), to: cells[Self.nanoseconds])
    if let exemplars { exemplars.note(Double(duration) / 1e9, bucket: index) }
  }

  func read() -> MetricValue {
    func load(_ index: Int) -> UInt64 { cells[index].load(ordering: .relaxed) }
    let counts = (Self.sums..<cells.count).map(load)
    let recorded = Double(load(Self.whole)) + Double(bitPattern: load(Self.fractions))
    let timed = Double(load(Self.nanoseconds)) / 1e9
    return .histogram(
      HistogramValue(checked: buckets, counts: counts, sum: recorded + timed, exemplars: exemplars?.read()))
  }
}
