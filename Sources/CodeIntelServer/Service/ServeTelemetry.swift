import CellContract
public import CellTelemetry
import CodeIntel
public import Logging
import PrometheusMetrics
import RuntimeCells
import TraceExport
import Tracing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The telemetry of a whole process: one registry, one log, one tracer, made from a few choices and flushed last.
public final class ServeTelemetry: Sendable {
  /// What is written where.
  public struct Options: Sendable {
    /// One JSON object a line, or lines for people.
    public var logsJSON = true
    /// Whether lines for people have colour.
    public var isColored = false
    /// The least level that is logged.
    public var logLevel = Logger.Level.info
    /// Where log lines go; they wait in a bounded queue for it.
    public var sink: any LogSink = DescriptorLogSink.standardError
    /// Where spans are sent by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`; nil records none.
    public var traceEndpoint: String?
    /// Whether the names of the design's drafts are exported too.
    public var compatNames = false

    /// JSON lines on standard error, no traces.
    public init() {}
  }

  /// For the service and whoever else logs.
  public let logger: Logger
  let registry: PrometheusRegistry
  let tracer: any Tracer
  /// What is seen of the cells.
  let cells: CellInstrumentation
  /// What is seen of the embedding queue and the embedding server.
  let embedding: EmbeddingMetrics
  private let sink: BoundedLogSink
  private let exporter: OTLPSpanExporter?

  /// - Throws: ``ServerError`` with `invalidSettings` for an endpoint that is no URL; `PrometheusMetricsError`, which the
  ///   tests rule out.
  public init(_ options: Options = Options()) throws {
    let sink = BoundedLogSink(options.sink)
    self.sink = sink
    let logger = Self.logger("codeintel", options, sink)
    self.logger = logger
    registry = PrometheusRegistry(configuration: Self.registryConfiguration(logger))
    try registry.describeServerMetrics()
    try registry.describeStageMetrics()
    registry.add(ProcessCollector())
    embedding = EmbeddingMetrics(factory: PrometheusMetricsFactory(registry: registry))
    exporter = try options.traceEndpoint.map(Self.exporter)
    // Without a collector nothing is recorded, but the log still tells of which trace each line is.
    let tracer = exporter.map { RecordingTracer(sink: $0) } ?? RecordingTracer()
    self.tracer = tracer
    cells = try CellInstrumentation(
      registry: registry, logger: Self.logger("cells", options, sink), tracer: tracer,
      settings: CellTelemetrySettings(compatNames: options.compatNames))
    cells.prepare(cells: [
      CellName.embedder, CellName.hybrid, CellName.faiss, CellName.chunks, SearchAdmission.cellName,
    ])
  }

  /// Writes what still waits; at most `deadline` each for events, spans and lines.
  public func flush(within deadline: Duration = .seconds(5)) async {
    _ = await cells.flush(within: deadline)
    _ = await exporter?.flush(within: deadline)
    _ = await sink.flush(within: deadline)
  }

  private static func logger(_ label: String, _ options: Options, _ sink: any LogSink) -> Logger {
    var logger = Logger(label: label) { label -> any LogHandler in
      if options.logsJSON { return JSONLinesLogHandler(label: label, sink: sink, metadataProvider: .traceContext) }
      return ConsoleLogHandler(
        label: label, sink: sink, isColored: options.isColored, metadataProvider: .traceContext)
    }
    logger.logLevel = options.logLevel
    return logger
  }

  private static func exporter(_ endpoint: String) throws -> OTLPSpanExporter {
    guard let url = URL(string: endpoint), url.scheme?.hasPrefix("http") == true, url.host != nil else {
      throw ServerError(.invalidSettings, "The trace endpoint '\(endpoint)' is no http URL.")
    }
    return OTLPSpanExporter(URLSessionTransport(endpoint: url), configuration: .init(serviceName: "codeintel"))
  }

  private static func registryConfiguration(_ logger: Logger) -> PrometheusRegistry.Configuration {
    var configuration = PrometheusRegistry.Configuration()
    configuration.onConflict = { conflict in
      logger.error(
        "metric handle dropped", metadata: ["metric": "\(conflict.metric)", "reason": "\(conflict.message)"])
    }
    return configuration
  }
}
