internal import CCellSupport
public import Synchronization

/// The memory that readers touch: the word that says what is served, and striped counts of leases.
///
/// Layout, in lines of 128 bytes (two cache lines: the hardware prefetches pairs):
/// - line 0, read-mostly: the current word, then the stripe mask, then the mark of use;
/// - line 1, cold: the lock, what is draining, and the owner;
/// - from line 2: one line for each stripe, holding one count word for each of the two slots.
///
/// A count word is `DRAIN | count`. The drain bit shares the word with the count, so "add one" and "is it draining?" are
/// one atomic step and no sequentially consistent pair is needed (design decision D15).
///
/// Synchronous reads need not count at all where the kernel has an expedited barrier: see ``CellRead``.
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

  /// Set in the current word when synchronous reads of that generation leave marks instead of counts.
  @usableFromInline static var marked: UInt64 { @inlinable get { 4 } }

  /// The word that says what is served: `generation << 3 | marked << 2 | slot << 1 | 1`, or 0 when nothing is.
  @inlinable var current: UnsafeMutablePointer<Word> { base.assumingMemoryBound(to: Word.self) }

  /// The number of stripes, less one; the number of stripes is a power of two.
  @inlinable var mask: UInt32 {
    (base + 8).assumingMemoryBound(to: UInt32.self).pointee
  }

  /// 0 once somebody asked whether the cell was used, until a reader sets it again. A reader only looks at it on a line that
  /// it has to read anyway; it is written once for each time that somebody asked.
  @inlinable var use: UnsafeMutablePointer<Atomic<UInt32>> {
    (base + 12).assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  /// Notes that the cell is used.
  @inlinable @inline(__always) func noteUse() {
    if use.pointee.load(ordering: .relaxed) == 0 { use.pointee.store(1, ordering: .relaxed) }
  }

  /// Whether the cell was used since this was last asked.
  func takeUse() -> Bool { use.pointee.exchange(0, ordering: .relaxed) != 0 }

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
    /// Whether generations are published for marked reads.
    var takesMarks = false
    /// Bit n: what slot n holds was published so.
    var marked: UInt8 = 0
    /// Bit n: slot n drains, and marks of its readers may not be visible here yet.
    var unconfirmed: UInt8 = 0
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
    ground.use.initialize(to: Atomic(1))
    ground.cold.initialize(to: Cold())
    cell_monitor_init(ground.lockPointer)
    for stripe in 0..<UInt32(stripes) {
      for slot in 0..<2 { ground.count(stripe: stripe, slot: slot).initialize(to: Word(drain)) }
    }
    return ground
  }

  var stripes: Int { Int(mask) + 1 }
}
