/// How many requests are let through: `burst` at once, then `perMinute`.
public struct RequestRate: Sendable, Hashable {
  /// How many may come at once; at least 1.
  public var burst: Int
  /// How many a minute after that; more than 0.
  public var perMinute: Double

  /// A rate.
  public init(burst: Int, perMinute: Double) {
    self.burst = burst
    self.perMinute = perMinute
  }
}
