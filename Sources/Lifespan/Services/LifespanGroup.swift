public import Logging
public import RuntimeCells
public import ServiceLifecycle

/// A whole process of services in the right order: they start together and stop one after another, the drain gate first,
/// then the listener, the watcher, the engine, and what stands in the background last.
public struct LifespanGroup: Sendable {
  private let group: ServiceGroup
  private let watcher: IndexWatcher?
  private let clock: CellClock
  private let logger: Logger

  /// Signals that follow the first stop within this time are the same wish: `timeout`, for one, signals both the process
  /// and its group.
  private static let sameWish: Duration = .milliseconds(250)

  /// - Parameters:
  ///   - background: started with the rest and stopped after the engine: exporters, pollers.
  ///   - lifespan: the engine.
  ///   - watchers: what looks after the engine while it serves; stopped before it.
  ///   - watcher: the one among them that a reload signal is for.
  ///   - listeners: what takes requests; stopped before the engine, the last one first.
  ///   - gate: turns readiness false and waits.
  ///   - drainLimit: how long the whole shutdown may take before what still runs is cancelled; nil sets no bound.
  ///   - clock: tells a second signal from an echo of the first.
  public init(
    background: [any Service] = [], lifespan: LifespanService, watchers: [any Service] = [],
    watcher: IndexWatcher? = nil, listeners: [any Service], gate: DrainGate, drainLimit: Duration? = .seconds(60),
    clock: CellClock = .continuous, logger: Logger
  ) {
    var services = background.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
    // A start that failed ends the others in their order as well; cancelling a listener is an error to its library.
    services.append(.init(service: lifespan, failureTerminationBehavior: .gracefullyShutdownGroup))
    services += (watchers + listeners + [gate]).map { .init(service: $0) }
    var configuration = ServiceGroupConfiguration(services: services, logger: logger)
    configuration.maximumGracefulShutdownDuration = drainLimit
    group = ServiceGroup(configuration: configuration)
    self.watcher = watcher
    self.clock = clock
    self.logger = logger
  }

  /// Runs the process until it is told to stop, or a service fails.
  ///
  /// - Parameters:
  ///   - signals: the first stop drains, a second one at least a quarter of a second later leaves at once; a reload asks
  ///     the watcher to look.
  ///   - leave: ends the process without unwinding, with the exit code of the signal.
  /// - Throws: what ended the group.
  public func run(
    signals: AsyncStream<ProcessSignal>, leave: @escaping @Sendable (Int32) -> Void
  ) async throws {
    let listener = Task { [group, watcher, clock, logger] in
      var firstStop: Duration?
      for await signal in signals {
        switch signal {
        case .reload: watcher?.reloadNow()
        case .stop(let code):
          guard let first = firstStop else {
            firstStop = clock.now
            await group.triggerGracefulShutdown()
            continue
          }
          guard clock.now - first >= Self.sameWish else { continue }
          logger.critical("second signal: leaving at once")
          leave(code)
        }
      }
    }
    defer { listener.cancel() }
    try await group.run()
  }
}
