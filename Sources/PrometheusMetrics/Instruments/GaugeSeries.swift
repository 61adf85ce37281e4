import CoreMetrics
import Synchronization

/// A gauge's value, for `Meter` and for `Recorder` without aggregation (`Gauge`).
final class GaugeSeries: SeriesStorage, MeterHandler, RecorderHandler {
  let family: String
  let labels: LabelSet
  private let bits = Atomic<UInt64>(0)

  init(family: String, labels: LabelSet) {
    self.family = family
    self.labels = labels
  }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

  func increment(by amount: Double) { AtomicSums.add(amount, toBitsOf: bits) }

  func decrement(by amount: Double) { AtomicSums.add(-amount, toBitsOf: bits) }

  func record(_ value: Int64) { set(value) }

  func record(_ value: Double) { set(value) }

  func read() -> MetricValue { .gauge(Double(bitPattern: bits.load(ordering: .relaxed))) }
}
