/// How long callers waited, counted by length: a histogram that costs one addition for each caller.
public struct CellWaitTimes: Hashable, Sendable {
  /// The longest wait of each class but the last, which has no bound: the usual bounds of latencies, 5 ms to 10 s.
  public static let bounds: [Duration] = [
    .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250),
    .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5), .seconds(10),
  ]

  /// How many waits fell into each class; one more than there are bounds.
  public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
  /// All waits together.
  public private(set) var total = Duration.zero

  /// No waits yet.
  public init() {}

  /// Counts a wait.
  public mutating func add(_ wait: Duration) {
    counts[Self.bounds.firstIndex { wait <= $0 } ?? Self.bounds.count] += 1
    total += max(.zero, wait)
  }

  /// Both counts together.
  public func adding(_ other: CellWaitTimes) -> CellWaitTimes {
    var sum = self
    for index in sum.counts.indices { sum.counts[index] += other.counts[index] }
    sum.total += other.total
    return sum
  }

  /// How many waits were counted.
  public var count: UInt64 { counts.reduce(0, +) }
}
