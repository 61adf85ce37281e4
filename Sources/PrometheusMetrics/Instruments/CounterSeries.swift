import CoreMetrics
import Synchronization

/// A counter's value, for `Counter` and `FloatingPointCounter` at once: whole and fractional amounts are summed apart,
/// so that counting by one stays exact and needs no retry.
final class CounterSeries: SeriesStorage, CounterHandler, FloatingPointCounterHandler {
  let family: String
  let labels: LabelSet
  private let rejected: RejectedUpdates
  private let whole = Atomic<UInt64>(0)
  private let part = Atomic<UInt64>(0)

  init(family: String, labels: LabelSet, rejected: RejectedUpdates) {
    self.family = family
    self.labels = labels
    self.rejected = rejected
  }

  func increment(by amount: Int64) {
    guard amount >= 0 else { return rejected.add() }
    AtomicSums.add(UInt64(bitPattern: amount), to: whole)
  }

  func increment(by amount: Double) {
    guard amount >= 0, amount.isFinite else { return rejected.add() }
    AtomicSums.add(amount, toBitsOf: part)
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    part.store(0, ordering: .relaxed)
  }

  func read() -> MetricValue {
    .counter(whole: whole.load(ordering: .relaxed), part: Double(bitPattern: part.load(ordering: .relaxed)))
  }
}
