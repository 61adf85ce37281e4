import RuntimeCellsTesting

/// A clock on which pauses pass at once and are noted; sleeps of `limit` and more, which are time limits, never end.
final class PauseClock: Clock, Sendable {
  typealias Instant = ManualClock.Instant

  private let hands = ManualClock()
  private let limit: Duration
  private let noted = Box<Duration>()

  init(limit: Duration) { self.limit = limit }

  /// The pauses so far, in order.
  var pauses: [Duration] { noted.values }
  var now: Instant { hands.now }
  var minimumResolution: Duration { .zero }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let wait = now.duration(to: deadline)
    // Half of it: a time limit is shorter by what the pauses before it took.
    guard wait < limit / 2 else { return try await hands.sleep(until: deadline, tolerance: tolerance) }
    noted.add(wait)
    hands.advance(by: wait)
  }
}
