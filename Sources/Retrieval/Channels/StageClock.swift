/// The time source of stage timings: a monotonic reading that tests can replace.
public struct StageClock: Sendable {
  private let reading: @Sendable () -> Duration

  /// Time since an arbitrary moment, never going back.
  public init(reading: @escaping @Sendable () -> Duration) { self.reading = reading }

  /// A clock of the standard library or of a test.
  public init<C: Clock>(_ clock: C) where C.Duration == Duration {
    let origin = clock.now
    reading = { origin.duration(to: clock.now) }
  }

  /// The machine's monotonic clock.
  public static let continuous = StageClock(ContinuousClock())

  /// The current reading.
  public func now() -> Duration { reading() }

  /// Milliseconds since `start`, never negative and always finite.
  func milliseconds(since start: Duration) -> Double {
    let (seconds, attoseconds) = (now() - start).components
    return max(0, Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
  }
}
