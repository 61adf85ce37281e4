import RuntimeCells
import Synchronization

/// Time that passes only when the test says so.
final class ManualClock: Sendable {
  private struct Sleeper {
    var until: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var elapsed = Duration.zero
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  private struct Time: Clock {
    struct Instant: InstantProtocol {
      var offset: Duration
      func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
      func duration(to other: Instant) -> Duration { other.offset - offset }
      static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    let source: ManualClock
    var now: Instant { Instant(offset: source.elapsed) }
    var minimumResolution: Duration { .nanoseconds(1) }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
      try await source.sleep(until: deadline.offset)
    }
  }

  private let state = Mutex(State())

  var elapsed: Duration { state.withLock { $0.elapsed } }
  /// How many sleep now.
  var sleepers: Int { state.withLock { $0.sleepers.count } }
  var cellClock: CellClock { CellClock(Time(source: self)) }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.elapsed += duration
      let due = state.sleepers.filter { $0.value.until <= state.elapsed }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  private func sleep(until deadline: Duration) async throws {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let passes: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          if state.elapsed >= deadline { return true }
          state.sleepers[number] = Sleeper(until: deadline, continuation: continuation)
          return nil
        }
        if passes == true { continuation.resume() }
        if passes == false { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume(throwing: CancellationError())
    }
  }
}
