import CoreMetrics
import Synchronization

/// A gauge's value, for `Meter` and for `Recorder` without aggregation (`Gauge`).
final class GaugeSeries: SeriesStorage, MeterHandler, RecorderHandler {
  let family: String
  let labels: LabelSet
  // Set once. Not in the object itself: swift-metrics counts references to it at every update, and that memory line had
  // better hold nothing else.
  nonisolated(unsafe) let bits = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: 1)

  init(family: String, labels: LabelSet) {
    self.family = family
    self.labels = labels
    bits.initialize(to: Atomic(0))
  }

  deinit {
    bits.deinitialize(count: 1)
    bits.deallocate()
  }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { bits.pointee.store(value.bitPattern, ordering: .relaxed) }

  func increment(by amount: Double) { AtomicSums.add(amount, toBitsOf: bits.pointee) }

  func decrement(by amount: Double) { AtomicSums.add(-amount, toBitsOf: bits.pointee) }

  func record(_ value: Int64) { set(value) }

  func record(_ value: Double) { set(value) }

  func read() -> MetricValue { .gauge(Double(bitPattern: bits.pointee.load(ordering: .relaxed))) }
}
