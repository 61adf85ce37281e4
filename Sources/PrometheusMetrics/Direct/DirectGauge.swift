public import Synchronization

/// A gauge without swift-metrics around it: setting it is one store. For values that are set in inner loops; everything
/// else is better off with a `Meter`, which knows no backend.
///
/// Keep it: making one takes a lock. Two of the same name and labels, and a `Meter` too, share one value.
@frozen
public struct DirectGauge: @unchecked Sendable {
  // @unchecked: an atomic, which stays where it is for as long as `series` does.
  @usableFromInline let bits: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline let series: any AnyObject & Sendable

  init(_ series: GaugeSeries) {
    self.series = series
    bits = series.bits
  }

  /// Sets the value.
  @inlinable public func set(_ value: Double) { bits.pointee.store(value.bitPattern, ordering: .relaxed) }
}
