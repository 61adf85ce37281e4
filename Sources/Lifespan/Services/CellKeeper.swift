public import Logging
public import RuntimeCells
public import ServiceLifecycle

/// Tries required cells again that have failed. A process that says "not ready" gets no requests, so no request would ever
/// try again: without the keeper, one failure of a required cell would last for ever.
public struct CellKeeper: Service {
  private let readiness: Readiness
  private let targets: [PreloadTarget]
  private let interval: Duration
  private let clock: CellClock
  private let logger: Logger

  /// - Parameters:
  ///   - targets: how to make cells ready; those that readiness does not depend on are left alone.
  ///   - interval: time between two looks. A cell is tried when its own back-off has passed.
  ///   - clock: measures the interval.
  public init(
    readiness: Readiness, targets: [PreloadTarget], interval: Duration = .seconds(1), clock: CellClock = .continuous,
    logger: Logger
  ) {
    self.readiness = readiness
    self.targets = targets
    self.interval = interval
    self.clock = clock
    self.logger = logger
  }

  /// Looks until the graceful shutdown.
  public func run() async throws {
    try? await cancelWhenGracefulShutdown {
      try await readiness.reached(.ready)
      while true {
        try await clock.sleep(for: interval)
        await look()
      }
    }
    // A cancelled group ends this wait at once; otherwise a return out of turn would end the whole group.
    try? await gracefulShutdown()
  }

  /// Looks once, and tries each cell that is due.
  public func look() async {
    let due = readiness.report().cells.filter { $0.blocksReadiness && ($0.retryAfterSeconds ?? 0) <= 0 }
    for cell in due {
      guard let target = targets.first(where: { $0.cell == cell.name }) else { continue }
      do {
        try await target.warm()
        logger.notice("required cell recovered", metadata: ["cell": "\(cell.name)"])
      } catch {
        logger.debug("required cell still broken", metadata: ["cell": "\(cell.name)", "error": "\(error)"])
      }
    }
  }
}
