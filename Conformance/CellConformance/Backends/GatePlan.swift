/// How many may use a payload at the same time, and how many may wait for that.
public struct GatePlan: Sendable, Hashable {
  /// How many may use the payload at once. A cell must refuse 0 and less with `cell.invalid-argument`.
  public var maxConcurrency: Int
  /// How many may wait; nil means any number.
  public var maxQueue: Int?
  /// How long one may wait, by the world's clock; nil means any time.
  public var queueDeadline: Duration?

  /// Makes a plan.
  public init(maxConcurrency: Int, maxQueue: Int? = nil, queueDeadline: Duration? = nil) {
    self.maxConcurrency = maxConcurrency
    self.maxQueue = maxQueue
    self.queueDeadline = queueDeadline
  }
}
