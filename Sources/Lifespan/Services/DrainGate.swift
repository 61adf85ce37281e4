public import Logging
public import RuntimeCells
public import ServiceLifecycle

/// The first service to be stopped: it says "not ready" and then gives load balancers time to notice, while requests
/// are still answered. Put it last into the group.
public struct DrainGate: Service {
  private let readiness: Readiness
  private let delay: Duration
  private let clock: CellClock
  private let budget: DrainBudget?
  private let logger: Logger

  /// - Parameters:
  ///   - delay: how long to serve on after readiness turned false; zero drains at once.
  ///   - clock: measures the delay.
  ///   - budget: is told that the shutdown begins.
  public init(
    readiness: Readiness, delay: Duration, clock: CellClock = .continuous, budget: DrainBudget? = nil, logger: Logger
  ) {
    self.readiness = readiness
    self.delay = delay
    self.clock = clock
    self.budget = budget
    self.logger = logger
  }

  /// Waits for the graceful shutdown, then for the delay, unless the start failed: then nobody was ever sent here. Returns
  /// early when the group is cancelled.
  public func run() async throws {
    do {
      try await gracefulShutdown()
      budget?.begin()
      guard readiness.enter(.draining) else { return }
      logger.notice("draining", metadata: ["delay_seconds": .stringConvertible(delay / .seconds(1))])
      if delay > .zero { try await clock.sleep(for: delay) }
    } catch is CancellationError {
      budget?.begin()
      readiness.enter(.draining)
    }
  }
}
