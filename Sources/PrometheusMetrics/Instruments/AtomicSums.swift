import Synchronization

/// Adds to sums without locks. All orders are relaxed: a scrape wants each sum, not an order among sums.
enum AtomicSums {
  /// Adds a whole number; the sum stays at its maximum rather than start again at 0.
  @inline(__always)
  static func add(_ amount: UInt64, to sum: borrowing Atomic<UInt64>) {
    let (old, new) = sum.wrappingAdd(amount, ordering: .relaxed)
    if _slowPath(new < old) { sum.store(.max, ordering: .relaxed) }
  }

  /// Adds to a `Double` kept as its bit pattern.
  @inline(__always)
  static func add(_ amount: Double, toBitsOf sum: borrowing Atomic<UInt64>) {
    var bits = sum.load(ordering: .relaxed)
    while true {
      let next = (Double(bitPattern: bits) + amount).bitPattern
      let (exchanged, original) = sum.weakCompareExchange(expected: bits, desired: next, ordering: .relaxed)
      if exchanged { return }
      bits = original
    }
  }
}

/// Counts updates that no metric can take: a counter that would fall, a NaN observation.
final class RejectedUpdates: Sendable {
  private let count = Atomic<UInt64>(0)

  func add(_ amount: Int = 1) { AtomicSums.add(UInt64(max(0, amount)), to: count) }

  var total: UInt64 { count.load(ordering: .relaxed) }
}
