/// How many may use a payload at the same time, and how many may wait for that.
public struct GateLimits: Hashable, Sendable {
  /// How many may use the payload at once; at least 1.
  public var maxConcurrency: Int
  /// How many may wait; the next one is turned away.
  public var maxQueue: Int
  /// How long one may wait before it is turned away; nil means any time.
  public var queueDeadline: Duration?

  /// Makes limits.
  public init(maxConcurrency: Int, maxQueue: Int = .max, queueDeadline: Duration? = nil) {
    self.maxConcurrency = maxConcurrency
    self.maxQueue = maxQueue
    self.queueDeadline = queueDeadline
  }
}
