import ProblemDetails
import PrometheusMetrics
import RuntimeCells

/// A token bucket: a burst at once, then so many a minute.
final class RateLimiter: Sendable {
  private struct State {
    var tokens: Double
    var last: Duration
  }

  private let rate: RequestRate
  private let clock: CellClock
  private let state: Locked<State>

  init(_ rate: RequestRate, clock: CellClock) {
    self.rate = rate
    self.clock = clock
    state = Locked(State(tokens: Double(rate.burst), last: clock.now))
  }

  /// Lets one request through.
  ///
  /// - Throws: ``ServerError`` with `tooManyRequests` and the time after which there is room again.
  func admit() throws(ServerError) {
    let now = clock.now
    let perSecond = rate.perMinute / 60
    let wait: Double = state.withLock { state in
      state.tokens = min(Double(rate.burst), state.tokens + (now - state.last) / .seconds(1) * perSecond)
      state.last = now
      guard state.tokens >= 1 else { return (1 - state.tokens) / perSecond }
      state.tokens -= 1
      return 0
    }
    guard wait > 0 else { return }
    throw ServerError(
      .tooManyRequests, "More admin requests than \(rate.burst) at once or \(rate.perMinute) a minute.",
      extensions: ["retry_after_seconds": .number(wait)])
  }
}
