import CellConformance
import RuntimeCells

extension CellConfiguration {
  /// A configuration that takes everything from a rule's world.
  init(in world: CellWorld, authority: SwapAuthority? = nil) {
    self.init(
      environment: CellEnvironment { world.environment($0) }, swapAuthority: authority, clock: CellClock(world.clock),
      observers: [world])
  }
}

extension GateLimits {
  init(_ plan: GatePlan) {
    self.init(
      maxConcurrency: plan.maxConcurrency, maxQueue: plan.maxQueue ?? .max, queueDeadline: plan.queueDeadline)
  }
}

extension FailurePolicy {
  init(_ plan: FailurePlan) {
    switch plan {
    case .cacheError: self = .cacheError
    case .backoff(let initial, let factor):
      self = .backoff(Backoff(initial: initial, factor: factor, cap: .seconds(86_400), jitter: 0))
    }
  }
}
