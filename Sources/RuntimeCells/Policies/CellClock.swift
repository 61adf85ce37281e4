/// The time a cell lives in, so that tests can bring their own.
public struct CellClock: Sendable {
  private let read: @Sendable () -> Duration
  private let wait: @Sendable (Duration) async throws -> Void

  /// Uses any clock that counts in `Duration`.
  public init<C: Clock>(_ clock: C) where C.Duration == Duration {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    wait = { try await clock.sleep(for: $0) }
  }

  /// Time that passed since the clock was wrapped. Never goes back.
  public var now: Duration { read() }

  /// Suspends for `duration`.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(for duration: Duration) async throws { try await wait(duration) }

  /// The system's monotonic clock, which goes on while the machine sleeps.
  public static let continuous = CellClock(ContinuousClock())
}
