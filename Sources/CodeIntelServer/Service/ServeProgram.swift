public import CodeIntel
import Hummingbird
public import Lifespan
import PrometheusMetrics
import RuntimeCells

/// The whole process of `codeintel serve`: engine, telemetry, service and their orderly life.
public struct ServeProgram: Sendable {
  private let settings: Settings
  private let server: ServerSettings
  private let telemetry: ServeTelemetry

  /// - Parameters:
  ///   - settings: where the engine finds its things.
  ///   - server: how the service listens.
  ///   - telemetry: flushed when everything else has ended.
  public init(settings: Settings, server: ServerSettings, telemetry: ServeTelemetry) {
    self.settings = settings
    self.server = server
    self.telemetry = telemetry
  }

  /// Runs until told to stop: binds, preloads, serves, drains, closes, flushes.
  ///
  /// - Parameters:
  ///   - signals: the first stop drains, the second leaves at once; a reload looks for a new generation.
  ///   - leave: ends the process without unwinding.
  ///   - onListening: is told the port once connections are accepted.
  /// - Throws: ``ServerError`` with `invalidSettings`, `adminToken` or `cannotListen`; `LifespanError`; what closing the
  ///   engine throws.
  public func run(
    signals: AsyncStream<ProcessSignal>, leave: @escaping @Sendable (Int32) -> Void,
    onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
  ) async throws {
    let result: Result<Void, any Error>
    do { result = .success(try await serve(signals, leave, onListening)) } catch { result = .failure(error) }
    await telemetry.flush()
    try result.get()
  }

  private func serve(
    _ signals: AsyncStream<ProcessSignal>, _ leave: @escaping @Sendable (Int32) -> Void,
    _ onListening: @escaping @Sendable (Int) -> Void
  ) async throws {
    let authority = SwapAuthority()
    let engine = try ApplicationContext(
      settings: settings,
      cells: CellConfiguration(swapAuthority: authority, observers: telemetry.observers))
    let readiness = Readiness(snapshots: { engine.snapshot() })
    let service = try SearchService(
      engine: engine, authority: authority, readiness: readiness,
      telemetry: ServerTelemetry(registry: telemetry.registry, logger: telemetry.logger, tracer: telemetry.tracer),
      settings: server, cells: CellConfiguration(observers: telemetry.observers))
    try telemetry.collect { engine.snapshot() + [service.searchGate] }
    let listening = Listening()
    let isBound = Locked(false)
    let application = service.application { port in
      isBound.withLock { $0 = true }
      onListening(port ?? server.port)
      listening.began()
    }
    let preloader = try Preloader(
      plan: PreloadPlan(), targets: [], cells: engine.registry.iterate(), logger: telemetry.logger)
    let group = LifespanGroup(
      lifespan: LifespanService(
        readiness: readiness, preloader: preloader, listening: listening, close: { try await engine.shutdown() },
        logger: telemetry.logger),
      listeners: [application],
      gate: DrainGate(readiness: readiness, delay: server.lameDuckDelay, logger: telemetry.logger),
      logger: telemetry.logger)
    do {
      try await group.run(signals: signals, leave: leave)
    } catch let error where !isBound.withLock({ $0 }) && !(error is LifespanError) {
      throw ServerError(
        .cannotListen, "The service cannot listen on \(server.host):\(server.port): \(error).", underlying: error)
    }
  }
}
