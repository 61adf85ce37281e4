public import CellContract
public import CodeIntel
public import Hummingbird
import HummingbirdCore
public import Lifespan
import NIOCore
import ProblemDetails
import PrometheusMetrics
import Retrieval
public import RuntimeCells
public import ServiceLifecycle

/// The engine over HTTP: routes, limits, errors, telemetry. See docs/service.md.
///
/// ```swift
/// let service = try SearchService(engine: context, authority: authority, readiness: readiness, telemetry: telemetry)
/// try await ServiceGroup(services: service.services(), …).run()
/// ```
///
/// The service owns nothing that must be closed: engine and telemetry belong to who made them.
public struct SearchService: Sendable {
  private let settings: ServerSettings
  private let telemetry: ServerTelemetry
  private let clock: CellClock
  private let watch = ClientWatch()
  private let drain: ConnectionDrain
  private let admission: SearchAdmission
  private let search: SearchRoutes
  /// All routes.
  let table: RouteTable

  /// Puts the service together. Nothing is opened yet.
  ///
  /// - Parameters:
  ///   - engine: answers searches; its cells are shown and administered.
  ///   - authority: makes the permits for swaps: the one in the engine's cell configuration; nil allows no swap.
  ///   - readiness: what `/readyz` says.
  ///   - telemetry: where metrics, log and spans go. The service's collector of its own gate is added to the registry.
  ///   - settings: limits and addresses.
  ///   - token: the admin token; nil reads the settings' file, and without one administration is off.
  ///   - cells: how the cell of the search gate behaves, its observers above all.
  ///   - clock: deadlines and durations.
  /// - Throws: ``ServerError`` with `invalidSettings` or `adminToken`.
  public init(
    engine: ApplicationContext, authority: SwapAuthority?, readiness: Readiness, telemetry: ServerTelemetry,
    settings: ServerSettings = ServerSettings(), token: AdminToken? = nil,
    cells: CellConfiguration = CellConfiguration(), clock: CellClock = .continuous
  ) throws {
    try settings.validate()
    self.settings = settings
    self.telemetry = telemetry
    self.clock = clock
    drain = ConnectionDrain(readiness: readiness)
    let admission = SearchAdmission(limits: settings.searchLimits, cells: cells)
    self.admission = admission
    let token = try token ?? settings.adminTokenFile.map { path in try AdminToken(file: path) }
    let fusion = try engine.settings.search.fusion()
    let bounds = SearchParameters.Bounds(
      window: fusion.window, channels: Set(fusion.weights.keys), defaultDeadline: settings.searchDeadline,
      maximumDeadline: settings.maximumSearchDeadline)
    search = SearchRoutes(
      engine: engine, readiness: readiness, admission: admission, telemetry: SearchTelemetry(telemetry), watch: watch,
      settings: settings,
      bounds: bounds, clock: clock)
    let admin = AdminRoutes(
      operations: CellOperations(engine: engine, authority: authority, clock: clock),
      access: AdminGuard(token: token, settings: settings, clock: clock), settings: settings, clock: clock)
    let events = CellEventStream(readiness: readiness, settings: settings, clock: clock)
    table = RouteTable(
      DashboardRoutes(events: events, description: try ServiceDescription(bounds, cells: engine.cellNames)).routes
        + search.routes + HealthRoutes(readiness: readiness, registry: telemetry.registry).routes
        + ProblemRoutes().routes + admin.routes)
  }

  /// The gate before searches as it is now: how many run (`gateActive`) and wait (`gateQueue`).
  public var searchGate: CellSnapshot { admission.snapshot() }

  /// Makes ready what the first search would find cold, apart from the engine's cells: those have their preload.
  ///
  /// - Throws: nothing but what a broken program throws.
  public func warmUp() async throws { try await search.warmUp() }

  /// How many connections are open.
  public var openConnections: Int { watch.count }

  /// The service as what a service group runs, in this order: the application, and what is stopped before it, so that the
  /// listener is closed when everything that it took is accepted.
  ///
  /// - Parameter onListening: is told the port once connections are accepted.
  public func services(
    onListening: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
  ) -> [any Service] { [application(onListening: onListening), ConnectionDrain.Step(drain: drain)] }

  /// The service as a Hummingbird application alone: for tests without a socket.
  ///
  /// - Parameter onListening: is told the port once connections are accepted.
  public func application(
    onListening: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    let metrics = RequestMetrics(registry: telemetry.registry)
    let refusals = MessageRefusals(metrics: metrics, logger: telemetry.logger)
    let middleware = ExchangeMiddleware(
      mapper: ProblemMapper(routes: table), metrics: metrics,
      telemetry: telemetry, hosts: HostCheck(allowed: settings.allowedHosts, listeningOn: settings.host),
      maximumURIBytes: settings.maximumURIBytes, clock: clock)
    let (watch, drain) = (watch, drain)
    let quietTime = TimeAmount(settings.drainQuietTime)
    let (unreadBytes, unreadTime) = (settings.maximumBodyBytes, TimeAmount(settings.bodyTimeout))
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        ExpectHandler(), DrainHandler(drain, quietTime: quietTime), ParseErrorHandler(refusals),
        ClientWatchHandler(watch),
        UnreadBodyHandler(maximumBytes: unreadBytes, time: unreadTime),
      ],
      idleTimeout: TimeAmount(settings.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: settings.maximumHeaderBytes, maxHeaderListSize: settings.maximumHeaderBytes,
        maxHeaderFieldCount: 100))
    return Application(
      router: table.router(behind: middleware),
      server: .http1(configuration: channel),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: nil,
        availableConnectionsDelegate: ConnectionTally.Limit(tally: drain.tally, maximum: settings.maximumConnections)),
      onServerRunning: { channel in
        drain.isListening(on: channel)
        await onListening(channel.localAddress?.port)
      },
      logger: telemetry.logger)
  }
}
