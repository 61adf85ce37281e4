/// Growing delays between attempts: `initial`, then `factor` times more after each failure, never above `cap`.
///
/// With jitter j a delay d becomes a random one between `d * (1 - j)` and d, so that many cells that failed together do
/// not try again together. j = 1 is the "full jitter" of the AWS Architecture Blog's "Exponential Backoff And Jitter".
public struct Backoff: Hashable, Sendable {
  /// The delay after the first failure; negative values count as zero.
  public var initial: Duration
  /// How much longer each further delay is; values below 1 count as 1.
  public var factor: Double
  /// The longest delay.
  public var cap: Duration
  /// The random part of a delay, 0 (none) to 1 (all of it).
  public var jitter: Double

  /// Makes a schedule. The default waits 0.5 s, 1 s, 2 s, ... 30 s, each shortened by a random part.
  public init(
    initial: Duration = .milliseconds(500), factor: Double = 2, cap: Duration = .seconds(30), jitter: Double = 1
  ) {
    self.initial = initial
    self.factor = factor
    self.cap = cap
    self.jitter = jitter
  }

  /// The delay after the given number of failures in a row (1 or more), with a random number in 0..<1.
  public func delay(afterFailure failures: UInt64, jitter random: Double) -> Duration {
    var delay = max(.zero, initial)
    let factor = factor.isFinite ? max(1, factor) : 1
    // Grown step by step, and never past the cap: a power of a large count would overflow.
    var step: UInt64 = 1
    while step < failures, cap > delay, delay > .zero, factor > 1 {
      delay = delay > cap / factor ? cap : delay * factor
      step += 1
    }
    delay = min(delay, max(.zero, cap))
    let share = jitter.isFinite ? min(1, max(0, jitter)) : 0
    return delay * (1 - share * min(1, max(0, random)))
  }
}
