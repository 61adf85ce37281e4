/// Weaker than x86, after the operational reading of C11 without fences of its own: a load may find any value that is not
/// older than what the thread knows already. Acquire loads learn what release stores knew; relaxed ones learn the value only.
///
/// What it leaves out are loads that take effect after later stores of the same thread. In the read path each store depends
/// on the loads before it, or is a release.
struct LaggingViews: ModelMemory {
  /// How far a thread knows each location's history, and each object's.
  private typealias View = [UInt8]

  private struct Message: Hashable {
    var value: UInt8
    /// What the writer knew, if it released.
    var view: View?
  }

  private var histories: [[Message]]
  private var views: [View]
  private var lockView: View
  private var isLocked = false
  /// How often each object was touched; the knowledge of it lies behind that of the locations.
  private var touches: [UInt8]

  static let objects = 8

  init(threads: Int, locations: Int, first: UInt8) {
    histories = (0..<locations).map { [Message(value: $0 == 0 ? first : 0, view: nil)] }
    let start = View(repeating: 0, count: locations + Self.objects)
    views = Array(repeating: start, count: threads)
    lockView = start
    touches = Array(repeating: 0, count: Self.objects)
  }

  func loads(_ location: Int, by thread: Int, acquiring: Bool) -> [(value: UInt8, after: LaggingViews)] {
    (Int(views[thread][location])..<histories[location].count).map { index in
      var next = self
      let message = histories[location][index]
      next.views[thread][location] = UInt8(index)
      if acquiring, let view = message.view { next.views[thread] = Self.join(next.views[thread], view) }
      return (message.value, next)
    }
  }

  mutating func store(_ value: UInt8, to location: Int, by thread: Int, releasing: Bool) {
    // Each location has one writer at a time, so a store is the newest.
    views[thread][location] = UInt8(histories[location].count)
    histories[location].append(Message(value: value, view: releasing ? views[thread] : nil))
  }

  mutating func barrierEverywhere(from thread: Int) {
    var all = views[thread]
    for other in views.indices {
      all = Self.join(all, views[other])
      views[other] = Self.join(views[other], views[thread])
    }
    views[thread] = all
  }

  mutating func lock(by thread: Int) -> Bool {
    guard !isLocked else { return false }
    isLocked = true
    views[thread] = Self.join(views[thread], lockView)
    return true
  }

  mutating func unlock(by thread: Int) {
    lockView = Self.join(lockView, views[thread])
    isLocked = false
  }

  var ownMoves: [LaggingViews] { [] }

  mutating func touch(_ object: Int, by thread: Int) {
    touches[object] += 1
    views[thread][histories.count + object] = touches[object]
  }

  func isOrdered(_ object: Int, before thread: Int) -> Bool {
    views[thread][histories.count + object] == touches[object]
  }

  private static func join(_ a: View, _ b: View) -> View { zip(a, b).map { max($0, $1) } }
}
