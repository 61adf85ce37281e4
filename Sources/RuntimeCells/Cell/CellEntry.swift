public import CCellSupport
public import CellContract
public import Synchronization

/// One count held on a slot. Whoever makes one must call ``leave()`` once.
@frozen @usableFromInline
struct CellEntry: @unchecked Sendable {
  // @unchecked: ground is shared memory made of atomic words.
  @usableFromInline let ground: CellGround
  @usableFromInline let count: UnsafeMutablePointer<CellGround.Word>
  @usableFromInline let slot: Int
  @usableFromInline let number: UInt64

  @inlinable init(
    ground: CellGround, count: UnsafeMutablePointer<CellGround.Word>, slot: Int, number: UInt64
  ) {
    self.ground = ground
    self.count = count
    self.slot = slot
    self.number = number
  }

  @inlinable var generation: CellGeneration { CellGeneration(number) }

  /// Counts one down on the word that was counted up, from any thread.
  @inlinable func leave() {
    // Wrapping arithmetic is one `lock xadd`; the trapping kind would be a compare-and-swap loop.
    let old = count.pointee.wrappingSubtract(1, ordering: .acquiringAndReleasing).oldValue
    if old & CellGround.drain != 0 { ground.leftDrainingSlot(slot) }
  }
}

extension CellGround {
  /// Counts one up on what is served now; nil when nothing is.
  ///
  /// Why this is safe: a count that was added to a word without the drain bit is seen by whoever sets that bit, so the
  /// payload stays. Reading `current` again afterwards makes sure that the slot still holds the generation looked for: a
  /// reader may sleep between the two while the slot is drained and reused.
  @inlinable @inline(__always) func enter() -> CellEntry? {
    let stripe = cell_thread_number()
    while true {
      let word = current.pointee.load(ordering: .acquiring)
      guard word != 0 else { return nil }
      let slot = Int(truncatingIfNeeded: word >> 1 & 1)
      let entry = CellEntry(
        ground: self, count: count(stripe: stripe, slot: slot), slot: slot, number: word >> 3)
      let old = entry.count.pointee.wrappingAdd(1, ordering: .acquiring).oldValue
      if old & CellGround.drain == 0, current.pointee.load(ordering: .acquiring) == word {
        noteUse()
        return entry
      }
      entry.leave()
    }
  }
}
