internal import CCellSupport
public import Synchronization

/// The memory that readers touch: the word that says what is served, and striped counts of leases.
///
/// Layout, in lines of 128 bytes (two cache lines: the hardware prefetches pairs):
/// - line 0, read-mostly: the current word, then the stripe mask;
/// - line 1, cold: the lock, what is draining, and the owner;
/// - from line 2: one line for each stripe, holding one count word for each of the two slots.
///
/// A count word is `DRAIN | count`. The drain bit shares the word with the count, so "add one" and "is it draining?" are
/// one atomic step and no sequentially consistent pair is needed (design decision D15).
///
/// Ground is recycled and never unmapped: a lease that counts itself down may call ``leftDrainingSlot(_:)`` after another
/// thread has disposed the payload and dropped the cell. On recycled ground that call finds nothing to do.
@frozen @usableFromInline
struct CellGround: @unchecked Sendable {
  // @unchecked: words are atomic, everything else is used under the lock.
  @usableFromInline let base: UnsafeMutableRawPointer

  @usableFromInline typealias Word = Atomic<UInt64>

  /// Set in a count word while its slot takes no new leases.
  @usableFromInline static var drain: UInt64 { @inlinable get { 1 << 63 } }

  /// The word that says what is served: `generation << 2 | slot << 1 | 1`, or 0 when nothing is.
  @inlinable var current: UnsafeMutablePointer<Word> { base.assumingMemoryBound(to: Word.self) }

  /// The number of stripes, less one; the number of stripes is a power of two.
  @inlinable var mask: UInt32 {
    (base + 8).assumingMemoryBound(to: UInt32.self).pointee
  }

  /// The count of one slot in one stripe.
  @inlinable func count(stripe: UInt32, slot: Int) -> UnsafeMutablePointer<Word> {
    (base + (256 + 128 * Int(stripe & mask) + 8 * slot)).assumingMemoryBound(to: Word.self)
  }

  @inlinable init(base: UnsafeMutableRawPointer) { self.base = base }

  /// What the cold line holds.
  struct Cold {
    var monitor = cell_monitor()
    /// Bit n: slot n is draining and its end was not seen yet. While a bit is set, `owner` is alive.
    var draining: UInt8 = 0
    var owner: Unmanaged<CellCoreBase>?
  }

  var cold: UnsafeMutablePointer<Cold> { (base + 128).assumingMemoryBound(to: Cold.self) }

  func lock() { cell_monitor_lock(lockPointer) }
  func unlock() { cell_monitor_unlock(lockPointer) }

  private var lockPointer: UnsafeMutablePointer<cell_monitor> {
    (base + 128).assumingMemoryBound(to: cell_monitor.self)
  }
}

extension CellGround {
  /// Fresh ground with both slots closed to readers.
  static func allocate(stripes: Int) -> CellGround {
    let base = UnsafeMutableRawPointer.allocate(byteCount: 256 + 128 * stripes, alignment: 128)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: 256 + 128 * stripes)
    let ground = CellGround(base: base)
    ground.current.initialize(to: Word(0))
    (base + 8).initializeMemory(as: UInt32.self, to: UInt32(stripes - 1))
    ground.cold.initialize(to: Cold())
    cell_monitor_init(ground.lockPointer)
    for stripe in 0..<UInt32(stripes) {
      for slot in 0..<2 { ground.count(stripe: stripe, slot: slot).initialize(to: Word(drain)) }
    }
    return ground
  }

  var stripes: Int { Int(mask) + 1 }

  /// Leases held on a slot. Exact while the slot drains; a snapshot otherwise.
  func leases(slot: Int) -> Int {
    (0..<UInt32(stripes)).reduce(0) { sum, stripe in
      sum + Int(count(stripe: stripe, slot: slot).pointee.load(ordering: .acquiring) & ~Self.drain)
    }
  }

  /// Lets readers in. Under the lock; the payload is in place.
  func open(slot: Int, generation: UInt64) {
    for stripe in 0..<UInt32(stripes) {
      _ = count(stripe: stripe, slot: slot).pointee.bitwiseAnd(~Self.drain, ordering: .acquiringAndReleasing)
    }
    current.pointee.store(generation << 2 | UInt64(slot) << 1 | 1, ordering: .releasing)
  }

  /// Shows nothing to readers that come now. Under the lock.
  func hide() { current.pointee.store(0, ordering: .releasing) }

  /// Refuses new leases on a slot. Under the lock.
  func beginDraining(slot: Int) {
    cold.pointee.draining |= 1 << UInt8(slot)
    for stripe in 0..<UInt32(stripes) {
      _ = count(stripe: stripe, slot: slot).pointee.bitwiseOr(Self.drain, ordering: .acquiringAndReleasing)
    }
  }

  /// Whether a draining slot has just been found without leases: true once for each ``beginDraining(slot:)``. Under the lock.
  func endDrainingIfEmpty(slot: Int) -> Bool {
    guard cold.pointee.draining & 1 << UInt8(slot) != 0, leases(slot: slot) == 0 else { return false }
    cold.pointee.draining &= ~(1 << UInt8(slot))
    return true
  }

  /// Must follow every count-down that saw the drain bit. Cold.
  @usableFromInline @inline(never)
  func leftDrainingSlot(_ slot: Int) {
    lock()
    // Look before taking the owner: with nothing draining it may be on its way out, or somebody else's.
    guard cold.pointee.draining & 1 << UInt8(slot) != 0, let owner = cold.pointee.owner?.takeUnretainedValue() else {
      unlock()
      return
    }
    let work = owner.leaseEnded(slot: slot)
    unlock()
    work.perform()
  }
}
