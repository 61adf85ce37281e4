/// A memory that threads see through something: store buffers, or views that lag behind.
protocol ModelMemory: Hashable {
  /// All locations hold 0, but for location 0, which holds `first`; every thread knows that.
  init(threads: Int, locations: Int, first: UInt8)

  /// What a load may find, with the memory as it is then.
  func loads(_ location: Int, by thread: Int, acquiring: Bool) -> [(value: UInt8, after: Self)]
  mutating func store(_ value: UInt8, to location: Int, by thread: Int, releasing: Bool)
  /// The kernel's expedited barrier: one full fence in each thread.
  mutating func barrierEverywhere(from thread: Int)
  /// False when the lock cannot be had now.
  mutating func lock(by thread: Int) -> Bool
  mutating func unlock(by thread: Int)
  /// What may happen without any thread's doing.
  var ownMoves: [Self] { get }

  /// A plain access of `thread` to plain memory number `object`.
  mutating func touch(_ object: Int, by thread: Int)
  /// Whether everything that was done to the object so far is ordered before what `thread` does now.
  func isOrdered(_ object: Int, before thread: Int) -> Bool
}

/// x86: each thread's stores wait in a queue and reach memory in order, sometime; a locked instruction empties the queue.
struct TotalStoreOrder: ModelMemory {
  private struct Waiting: Hashable {
    var location: Int
    var value: UInt8
  }

  private var words: [UInt8]
  private var buffers: [[Waiting]]
  /// The location of the lock, after the others.
  private let lockWord: Int

  init(threads: Int, locations: Int, first: UInt8) {
    words = [first] + Array(repeating: 0, count: locations)
    buffers = Array(repeating: [], count: threads)
    lockWord = locations
  }

  func loads(_ location: Int, by thread: Int, acquiring: Bool) -> [(value: UInt8, after: TotalStoreOrder)] {
    [(buffers[thread].last { $0.location == location }?.value ?? words[location], self)]
  }

  mutating func store(_ value: UInt8, to location: Int, by thread: Int, releasing: Bool) {
    buffers[thread].append(Waiting(location: location, value: value))
  }

  mutating func barrierEverywhere(from thread: Int) {
    for thread in buffers.indices {
      while !buffers[thread].isEmpty { flushOne(of: thread) }
    }
  }

  mutating func lock(by thread: Int) -> Bool {
    guard buffers[thread].isEmpty, words[lockWord] == 0 else { return false }
    words[lockWord] = 1
    return true
  }

  mutating func unlock(by thread: Int) { store(0, to: lockWord, by: thread, releasing: true) }

  var ownMoves: [TotalStoreOrder] {
    buffers.indices.filter { !buffers[$0].isEmpty }.map {
      var next = self
      next.flushOne(of: $0)
      return next
    }
  }

  private mutating func flushOne(of thread: Int) {
    let waiting = buffers[thread].removeFirst()
    words[waiting.location] = waiting.value
  }

  // Loads are not reordered with later stores here, nor stores with each other: what is done is ordered.
  mutating func touch(_ object: Int, by thread: Int) {}
  func isOrdered(_ object: Int, before thread: Int) -> Bool { true }
}
