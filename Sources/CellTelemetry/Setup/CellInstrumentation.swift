public import CellContract
public import Logging
public import PrometheusMetrics
public import RuntimeCells
public import Tracing

/// Everything that is seen of a program's cells, set up alike in one place: metrics, and a log and spans where they go
/// somewhere.
///
/// ```swift
/// let seen = try CellInstrumentation(registry: registry, logger: logger, tracer: tracer)
/// seen.attach(to: &configuration)
/// let cell = RuntimeCell(name: "faiss", configuration: configuration) { try load() }
/// try seen.show { cells.snapshot() }                                  // cells: CellRegistry
/// ```
public struct CellInstrumentation: Sendable {
  /// Where the metrics are.
  public let registry: PrometheusRegistry
  /// The settings that it was made with.
  public let settings: CellTelemetrySettings
  private let metrics: CellMetricsObserver
  private let log: CellLogObserver?
  private let spans: CellSpanObserver?

  /// Makes the cells' metrics known to the registry, and observers for any number of cells.
  ///
  /// - Throws: `PrometheusMetricsError` when the registry holds a metric of one of these names that differs.
  public init(
    registry: PrometheusRegistry, logger: Logger? = nil, tracer: (any Tracer)? = nil,
    settings: CellTelemetrySettings = CellTelemetrySettings()
  ) throws(PrometheusMetricsError) {
    try registry.describeCellMetrics(compatNames: settings.compatNames)
    let factory = PrometheusMetricsFactory(registry: registry)
    self.registry = registry
    self.settings = settings
    metrics = CellMetricsObserver(
      factory: factory, compatNames: settings.compatNames, maxCells: settings.maxCells)
    log = logger.map { CellLogObserver(logger: $0, factory: factory, capacity: settings.logCapacity) }
    spans = tracer.map { CellSpanObserver(tracer: $0) }
  }

  /// Has cells that are made with this configuration be seen.
  public func attach(to configuration: inout CellConfiguration) {
    configuration.observers.append(metrics)
    if let log { configuration.observers.append(log) }
    spans?.attach(to: &configuration)
  }

  /// Shows what these cells are at each scrape: ready, leases, waiters.
  ///
  /// - Throws: as ``CellSnapshotCollector/init(compatNames:maxCells:snapshots:)``.
  public func show(_ snapshots: @escaping @Sendable () -> [CellSnapshot]) throws(PrometheusMetricsError) {
    registry.add(
      try CellSnapshotCollector(
        compatNames: settings.compatNames, maxCells: settings.maxCells, snapshots: snapshots))
  }

  /// Shows these cells' counters as 0 before anything has happened, so that rates are right from the first event on.
  public func prepare(cells: [String]) { metrics.prepare(cells: cells) }

  /// Waits until every event seen before the call is logged; false when the deadline passed first. For the end of a program.
  public func flush(within deadline: Duration) async -> Bool { await log?.flush(within: deadline) ?? true }
}
