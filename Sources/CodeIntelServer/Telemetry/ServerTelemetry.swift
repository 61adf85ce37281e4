public import Logging
public import PrometheusMetrics
public import Tracing

/// Where the service tells what it does. Made by the program, handed in; nothing here is global.
public struct ServerTelemetry: Sendable {
  /// Shown at `/metrics`.
  public var registry: PrometheusRegistry
  /// The access log, the audit log and faults go here.
  public var logger: Logger
  /// Spans of requests and of search stages.
  public var tracer: any Tracer

  /// Telemetry of one service. The registry should know the service's metrics
  /// (``PrometheusMetrics/PrometheusRegistry/describeServerMetrics()``), or they have no help and default buckets.
  public init(registry: PrometheusRegistry, logger: Logger, tracer: any Tracer = NoOpTracer()) {
    self.registry = registry
    self.logger = logger
    self.tracer = tracer
  }
}
