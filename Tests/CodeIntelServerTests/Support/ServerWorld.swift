import CellContract
import CellTelemetry
import CodeIntel
import CodeIntelServer
import Embedding
import EngineTesting
import Hummingbird
import Indexing
import Lifespan
import Logging
import PrometheusMetrics
import RuntimeCells
import Tracing

/// A service over a small real index.
final class ServerWorld: Sendable {
  static let token = "correct-horse-battery"

  let engine: ApplicationContext
  let service: SearchService
  let readiness: Readiness
  let registry: PrometheusRegistry
  private let tree: TemporaryTree?

  /// Over an index of the sample tree, or of `files`.
  convenience init(
    settings: ServerSettings = ServerWorld.settings, token: String? = ServerWorld.token, indexed: Bool = true,
    files: [String: String] = TemporaryTree.sample, environment: [String: String] = [:], required: [String] = [],
    isReady: Bool = true,
    logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
    tracer: any Tracer = NoOpTracer(), clock: CellClock = .continuous,
    factories change: (inout ContextFactories) -> Void = { _ in }
  ) async throws {
    let tree = try TemporaryTree(files)
    // No budget that a slow machine could miss: who tests one names a deadline.
    let engineSettings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "2",
        "CODEINTEL_SEARCH_CHANNEL_BUDGET_SECONDS": "3600",
      ].merging(environment) { $1 }
    ).settings
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    if indexed {
      let writer = try ApplicationContext(settings: engineSettings, factories: factories)
      _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
      try await writer.shutdown()
    }
    change(&factories)
    let authority = SwapAuthority()
    let engine = try ApplicationContext(
      settings: engineSettings, factories: factories,
      cells: CellConfiguration(
        environment: CellEnvironment([CellGuard.swapVariable: "1"]), swapAuthority: authority, clock: clock))
    try self.init(
      engine: engine, authority: authority, settings: settings, token: token, required: required, isReady: isReady,
      logger: logger,
      tracer: tracer, clock: clock, tree: tree)
  }

  /// Over an engine of the test's own.
  init(
    engine: ApplicationContext, authority: SwapAuthority?, settings: ServerSettings = ServerWorld.settings,
    token: String? = ServerWorld.token, required: [String] = [], isReady: Bool = true,
    logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
    tracer: any Tracer = NoOpTracer(), clock: CellClock = .continuous, tree: TemporaryTree? = nil
  ) throws {
    self.tree = tree
    self.engine = engine
    readiness = Readiness(required: Set(required), snapshots: { engine.snapshot() })
    if isReady { readiness.enter(.ready) }
    registry = PrometheusRegistry()
    try registry.describeServerMetrics()
    try registry.describeStageMetrics()
    service = try SearchService(
      engine: engine, authority: authority, readiness: readiness,
      telemetry: ServerTelemetry(registry: registry, logger: logger, tracer: tracer), settings: settings,
      token: try token.map { text in try AdminToken(text) }, clock: clock)
  }

  /// Any free port, and no deadline that a slow machine could meet: who tests one sets it.
  static var settings: ServerSettings {
    var settings = ServerSettings()
    settings.port = 0
    settings.searchDeadline = .seconds(3600)
    settings.maximumSearchDeadline = .seconds(3600)
    settings.searchLimits.queueDeadline = .seconds(3600)
    settings.bodyTimeout = .seconds(3600)
    settings.idleTimeout = .seconds(3600)
    settings.drainQuietTime = .zero
    settings.adminRate = RequestRate(burst: 1000, perMinute: 1000)
    return settings
  }

  var metrics: String { String(decoding: registry.snapshot().encoded(as: .text004), as: UTF8.self) }
}
