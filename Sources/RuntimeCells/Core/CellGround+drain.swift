internal import CCellSupport
internal import Synchronization

extension CellGround {
  /// Leases held on a slot, and reads inside of it. Exact while the slot drains; a snapshot otherwise.
  func leases(slot: Int) -> Int {
    (0..<UInt32(stripes)).reduce(Int(cell_readers_holding(mark(slot: slot)))) { sum, stripe in
      sum + Int(count(stripe: stripe, slot: slot).pointee.load(ordering: .acquiring) & ~Self.drain)
    }
  }

  /// Lets readers in. Under the lock; the payload is in place.
  func open(slot: Int, generation: UInt64) {
    for stripe in 0..<UInt32(stripes) {
      _ = count(stripe: stripe, slot: slot).pointee.bitwiseAnd(~Self.drain, ordering: .acquiringAndReleasing)
    }
    let takesMarks = cold.pointee.takesMarks && ReadPath.canMark
    if takesMarks { cold.pointee.marked |= 1 << UInt8(slot) }
    current.pointee.store(
      generation << 3 | (takesMarks ? Self.marked : 0) | UInt64(slot) << 1 | 1, ordering: .releasing)
  }

  /// Shows nothing to readers that come now. Under the lock.
  func hide() { current.pointee.store(0, ordering: .releasing) }

  /// Refuses new leases on a slot, which is not the current one any more. Under the lock.
  func beginDraining(slot: Int) {
    cold.pointee.draining |= 1 << UInt8(slot)
    cold.pointee.unconfirmed |= cold.pointee.marked & 1 << UInt8(slot)
    for stripe in 0..<UInt32(stripes) {
      _ = count(stripe: stripe, slot: slot).pointee.bitwiseOr(Self.drain, ordering: .acquiringAndReleasing)
    }
  }

  /// Whether a draining slot has just been found without leases: true once for each ``beginDraining(slot:)``. Under the lock.
  func endDrainingIfEmpty(slot: Int) -> Bool {
    guard cold.pointee.draining & 1 << UInt8(slot) != 0, confirmMarks(), leases(slot: slot) == 0 else { return false }
    cold.pointee.draining &= ~(1 << UInt8(slot))
    cold.pointee.marked &= ~(1 << UInt8(slot))
    return true
  }

  /// Makes the marks of all readers that found a draining slot current visible here, once for each drain. Without the
  /// kernel's help the drain does not end, and is tried again at the next occasion: late, but never under a reader.
  private func confirmMarks() -> Bool {
    guard cold.pointee.unconfirmed != 0 else { return true }
    // Draining slots were taken out of `current` before, so one barrier is good for both.
    guard cell_readers_barrier() else { return false }
    cold.pointee.unconfirmed = 0
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
