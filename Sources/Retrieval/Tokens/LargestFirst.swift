/// Numbers by score, largest first and equal ones by number, one after the other: a heap, because few of many are asked for.
struct LargestFirst: Sequence, IteratorProtocol {
  /// The score's bits, so turned that they order as unsigned numbers do, above the number's complement.
  private var heap: [UInt64] = []

  /// How many are left.
  var remaining: Int { heap.count }

  /// The numbers from 0 of these scores, as far as they are wanted. No score is NaN.
  init(_ scores: some Sequence<Float>, where isWanted: (Int, Float) -> Bool) {
    for (number, score) in scores.enumerated() where isWanted(number, score) {
      // A zero added turns -0, which equals 0, into it.
      let bits = (score + 0).bitPattern
      let ordered = bits >> 31 == 0 ? bits | 1 << 31 : ~bits
      heap.append(UInt64(ordered) << 32 | UInt64(UInt32.max - UInt32(number)))
    }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  /// The next number, nil after the last.
  mutating func next() -> Int? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    return Int(UInt32.max - UInt32(truncatingIfNeeded: first))
  }

  private mutating func sink(_ start: Int) {
    heap.withUnsafeMutableBufferPointer { heap in
      var place = start
      let moved = heap[place]
      while true {
        var child = 2 * place + 1
        if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
        guard child < heap.count, heap[child] > moved else { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = moved
    }
  }
}
