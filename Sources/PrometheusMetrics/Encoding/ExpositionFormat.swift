/// A text format in which metrics are shown.
public enum ExpositionFormat: Sendable, Hashable, CaseIterable {
  /// The Prometheus text format, version 0.0.4.
  case text004
  /// OpenMetrics 1.0.
  case openMetrics100

  /// The value of the `Content-Type` header; scrapers compare it to the letter.
  public var contentType: String {
    switch self {
    case .text004: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics100: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }
}
