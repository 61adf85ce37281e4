public import CCellSupport
public import CellContract
public import Synchronization

/// The protection of one synchronous read: a mark in the reading thread's own record where that is possible, else a count.
/// Whoever makes one must call ``end()`` once, on the same thread.
///
/// A mark costs a plain store and a look at `current`, at the beginning and at the end. No fence is needed here because
/// whoever drains a slot runs a barrier in all threads after it took the slot out of `current` and before it looks for marks.
/// `docs/runtime-cells-read-path.md` says why that is enough.
@frozen @usableFromInline
struct CellRead {
  @usableFromInline let ground: CellGround
  /// The place of the mark, or the word of the count.
  @usableFromInline let place: UnsafeMutableRawPointer
  /// What was current; ``CellGround/marked`` is set in it if this is a mark.
  @usableFromInline let word: UInt64

  @inlinable init(ground: CellGround, place: UnsafeMutableRawPointer, word: UInt64) {
    self.ground = ground
    self.place = place
    self.word = word
  }

  @inlinable var slot: Int { Int(truncatingIfNeeded: word >> 1 & 1) }

  @inlinable var generation: CellGeneration { CellGeneration(word >> 3) }

  /// Takes the mark or the count back. If the word moved since the mark was made, whoever moved it may have found the mark
  /// and now waits for this.
  @inlinable @inline(__always) func end() {
    let mustTell: Bool
    if word & CellGround.marked != 0 {
      // For the optimiser, which lets the retain of what a body returns sink below a store and below a call into C, to where
      // the payload may be gone already. On x86 no instruction.
      atomicMemoryFence(ordering: .acquiringAndReleasing)
      cell_reader_unmark(place.assumingMemoryBound(to: UInt.self))
      mustTell = ground.current.pointee.load(ordering: .relaxed) != word
    } else {
      let count = place.assumingMemoryBound(to: CellGround.Word.self)
      let old = count.pointee.wrappingSubtract(1, ordering: .acquiringAndReleasing).oldValue
      mustTell = old & CellGround.drain != 0
    }
    if mustTell { ground.leftDrainingSlot(slot) }
  }
}

extension CellGround {
  /// What a reader of a slot writes into its place. Ground is aligned to 128 bytes, so the slot has room.
  @inlinable func mark(slot: Int) -> UInt { UInt(bitPattern: base) | UInt(bitPattern: slot) }

  /// Protects what is served for a synchronous read; nil when nothing is.
  ///
  /// Looking at `current` again makes sure that the mark was written while the word still stood: it holds the generation, so
  /// it never comes back.
  @inlinable @inline(__always) func beginRead() -> CellRead? {
    let word = current.pointee.load(ordering: .relaxed)
    guard word != 0 else { return nil }
    guard word & CellGround.marked != 0, let place = cell_reader_place() else { return countRead() }
    let read = CellRead(ground: self, place: place, word: word)
    cell_reader_mark(place, mark(slot: read.slot))
    if current.pointee.load(ordering: .acquiring) == word {
      noteUse()
      return read
    }
    return beginReadAgain(after: read)
  }

  /// Takes a mark back that came too late and tries again. Apart, to keep the path around it short.
  @usableFromInline @inline(never) func beginReadAgain(after read: CellRead) -> CellRead? {
    read.end()
    return beginRead()
  }

  @usableFromInline @inline(never) func countRead() -> CellRead? {
    guard let entry = enter() else { return nil }
    return CellRead(ground: self, place: entry.count, word: entry.number << 3 | UInt64(entry.slot) << 1 | 1)
  }
}
