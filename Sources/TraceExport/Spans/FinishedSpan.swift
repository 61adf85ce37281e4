public import Tracing

/// A span that has ended: what is exported.
public struct FinishedSpan: Sendable {
  /// Its own place.
  public let context: TraceContext
  /// The span above it; nil for a root.
  public let parentSpanID: String?
  /// What was done.
  public let name: String
  /// Its role.
  public let kind: SpanKind
  /// When it began, in nanoseconds since 1970.
  public let start: UInt64
  /// When it ended, in nanoseconds since 1970; never before `start`.
  public let end: UInt64
  /// Its attributes.
  public let attributes: SpanAttributes
  /// What happened within it.
  public let events: [SpanEvent]
  /// Other spans that it has to do with.
  public let links: [SpanLink]
  /// How it ended; nil when nobody said.
  public let status: SpanStatus?
}

/// Takes finished spans. Called on the thread that ends a span, so it must be quick and must not throw.
public protocol SpanSink: Sendable {
  /// Takes a span.
  func take(_ span: FinishedSpan)
}
