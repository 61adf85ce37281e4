/// How long the last initialisations took.
struct InitTimes: Sendable {
  static let capacity = 15

  private var last: [Duration] = []
  private var next = 0

  /// Adds one; the oldest one of more than ``capacity`` is forgotten.
  mutating func add(_ duration: Duration) {
    if last.count < Self.capacity {
      last.append(duration)
    } else {
      last[next] = duration
      next = (next + 1) % Self.capacity
    }
  }

  /// The middle one, the longer one of two; nil before the first.
  var median: Duration? { last.isEmpty ? nil : last.sorted()[last.count / 2] }
}
