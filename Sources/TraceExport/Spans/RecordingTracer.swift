public import Tracing

/// A tracer of swift-distributed-tracing that speaks W3C Trace Context and gives finished spans to a sink.
///
/// A span below another one, of this process or of a caller, is recorded exactly when that one is. A root is recorded with
/// the given probability, decided by its trace id, so that all processes with the same setting decide alike.
public struct RecordingTracer: Tracer {
  private let sink: (any SpanSink)?
  private let ratio: Double

  /// A tracer.
  ///
  /// - Parameter ratio: the share of roots that are recorded, from 0 to 1; values outside are taken as the nearest bound.
  public init(sink: any SpanSink, ratio: Double = 1) {
    self.sink = sink
    self.ratio = ratio.isNaN ? 0 : min(1, max(0, ratio))
  }

  /// A tracer that records nothing and only passes traces on: log lines and outgoing requests are in the caller's trace.
  public init() {
    sink = nil
    ratio = 0
  }

  /// Begins a span below the one of `context`, or a root.
  public func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> RecordedSpan {
    var context = context()
    let parent = context.traceContext
    let traceID = parent?.traceID ?? Hexadecimal.randomTraceID()
    let place = TraceContext(
      checkedTraceID: traceID, spanID: Hexadecimal.randomSpanID(),
      isSampled: parent?.isSampled ?? isSampled(traceID), traceState: parent?.traceState)
    context.traceContext = place
    return RecordedSpan(
      operationName, context: context, place: place, parentSpanID: parent?.spanID, kind: kind,
      start: instant().nanosecondsSinceEpoch, sink: place.isSampled ? sink : nil)
  }

  /// Does nothing: the sink is flushed by its owner.
  public func forceFlush() {}

  /// Writes `traceparent` and `tracestate`.
  public func inject<Carrier, Inject: Injector>(
    _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let place = context.traceContext else { return }
    injector.inject(place.traceparent, forKey: "traceparent", into: &carrier)
    if let state = place.traceState { injector.inject(state, forKey: "tracestate", into: &carrier) }
  }

  /// Reads `traceparent` and `tracestate`; a malformed one is as if it were not there.
  public func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let header = extractor.extract(key: "traceparent", from: carrier) else { return }
    let state = extractor.extract(key: "tracestate", from: carrier)
    if let place = TraceContext(traceparent: header, tracestate: state) { context.traceContext = place }
  }

  private func isSampled(_ traceID: String) -> Bool {
    // The last 56 bits are random by W3C Trace Context level 2.
    guard ratio < 1, let random = UInt64(traceID.suffix(14), radix: 16) else { return ratio > 0 }
    return Double(random) < ratio * 0x1p56
  }
}
