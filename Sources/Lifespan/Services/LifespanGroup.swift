public import Logging
public import ServiceLifecycle

/// A whole process of services in the right order: they start together and stop one after another, the drain gate first,
/// then the listener, the watcher, the engine, and what stands in the background last.
public struct LifespanGroup: Sendable {
  private let group: ServiceGroup
  private let watcher: IndexWatcher?
  private let logger: Logger

  /// - Parameters:
  ///   - background: started with the rest and stopped after the engine: exporters, pollers.
  ///   - lifespan: the engine.
  ///   - watchers: what looks after the engine while it serves; stopped before it.
  ///   - watcher: the one among them that a reload signal is for.
  ///   - listeners: what takes requests; stopped before the engine, the last one first.
  ///   - gate: turns readiness false and waits.
  ///   - drainLimit: how long the whole shutdown may take before what still runs is cancelled; nil sets no bound.
  public init(
    background: [any Service] = [], lifespan: LifespanService, watchers: [any Service] = [],
    watcher: IndexWatcher? = nil, listeners: [any Service], gate: DrainGate, drainLimit: Duration? = .seconds(60),
    logger: Logger
  ) {
    var services = background
    services.append(lifespan)
    services += watchers
    services += listeners
    services.append(gate)
    var configuration = ServiceGroupConfiguration(services: services.map { .init(service: $0) }, logger: logger)
    configuration.maximumGracefulShutdownDuration = drainLimit
    group = ServiceGroup(configuration: configuration)
    self.watcher = watcher
    self.logger = logger
  }

  /// Runs the process until it is told to stop, or a service fails.
  ///
  /// - Parameters:
  ///   - signals: the first stop drains, the second leaves at once; a reload asks the watcher to look.
  ///   - leave: ends the process without unwinding, with the exit code of the signal.
  /// - Throws: what ended the group.
  public func run(
    signals: AsyncStream<ProcessSignal>, leave: @escaping @Sendable (Int32) -> Void
  ) async throws {
    let listener = Task { [group, watcher, logger] in
      var isStopping = false
      for await signal in signals {
        switch signal {
        case .reload: watcher?.reloadNow()
        case .stop(let code) where isStopping:
          logger.critical("second signal: leaving at once")
          leave(code)
        case .stop:
          isStopping = true
          await group.triggerGracefulShutdown()
        }
      }
    }
    defer { listener.cancel() }
    try await group.run()
  }
}
