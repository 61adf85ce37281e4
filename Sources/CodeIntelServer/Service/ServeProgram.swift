import CellTelemetry
public import CodeIntel
import Hummingbird
public import Lifespan
import Logging
import PrometheusMetrics
import RuntimeCells

/// The whole process of `codeintel serve`: engine, telemetry, service and their orderly life.
public struct ServeProgram: Sendable {
  private let settings: Settings
  private let server: ServerSettings
  private let telemetry: ServeTelemetry

  /// - Parameters:
  ///   - settings: where the engine finds its things, what is preloaded, how it ends.
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
    var cells = EngineLifespan.cells(authority: authority)
    telemetry.cells.attach(to: &cells)
    let engine = try ApplicationContext(
      settings: settings, factories: .live(observer: telemetry.embedding.observe), cells: cells)
    let life = try EngineLifespan(context: engine, authority: authority, logger: telemetry.logger)
    var gate = CellConfiguration()
    telemetry.cells.attach(to: &gate)
    let service = try SearchService(
      engine: engine, authority: authority, readiness: life.readiness,
      telemetry: ServerTelemetry(registry: telemetry.registry, logger: telemetry.logger, tracer: telemetry.tracer),
      settings: server, cells: gate)
    try telemetry.cells.show { engine.snapshot() + [service.searchGate] }
    let isBound = Locked(false)
    let listeners = service.services { port in
      isBound.withLock { $0 = true }
      onListening(port ?? server.port)
      do { try await service.warmUp() } catch {
        telemetry.logger.error("the search route could not be warmed up", error: error)
      }
      life.listening.began()
    }
    let group = life.group(listeners: listeners)
    do {
      try await group.run(signals: signals, leave: leave)
    } catch let error where !isBound.withLock({ $0 }) && !(error is LifespanError) {
      throw ServerError(
        .cannotListen, "The service cannot listen on \(server.host):\(server.port): \(error).", underlying: error)
    }
  }
}
