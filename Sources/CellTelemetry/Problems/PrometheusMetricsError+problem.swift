public import ProblemDetails
public import PrometheusMetrics

extension PrometheusMetricsError: ProblemConvertible {
  /// The code's stable string.
  public var problemCode: String { code.rawValue }

  /// The message.
  public var problemDetail: String { message }

  /// `metric`, where one is concerned.
  public var problemExtensions: [String: ProblemValue] { metric.map { ["metric": .string($0)] } ?? [:] }
}
