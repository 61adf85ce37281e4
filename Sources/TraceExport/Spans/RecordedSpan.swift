import PrometheusMetrics
public import Tracing

/// A span of ``RecordingTracer``. Anything set after its end is ignored, and a second end too.
public final class RecordedSpan: Span {
  private struct State {
    var name: String
    var attributes: SpanAttributes = [:]
    var events: [SpanEvent] = []
    var links: [SpanLink] = []
    var status: SpanStatus?
    var hasEnded = false
  }

  /// The context for work below this span.
  public let context: InstrumentationContext
  private let place: TraceContext
  private let parentSpanID: String?
  private let kind: SpanKind
  private let start: UInt64
  private let sink: (any SpanSink)?
  private let state: Locked<State>

  init(
    _ name: String, context: InstrumentationContext, place: TraceContext, parentSpanID: String?, kind: SpanKind,
    start: UInt64, sink: (any SpanSink)?
  ) {
    self.context = context
    self.place = place
    self.parentSpanID = parentSpanID
    self.kind = kind
    self.start = start
    self.sink = sink
    state = Locked(State(name: name))
  }

  /// Whether what is set here is kept.
  public var isRecording: Bool { sink != nil && state.withLock { !$0.hasEnded } }

  /// What is done.
  public var operationName: String {
    get { state.withLock { $0.name } }
    set { change { $0.name = newValue } }
  }

  /// Values that describe it.
  public var attributes: SpanAttributes {
    get { state.withLock { $0.attributes } }
    set { change { $0.attributes = newValue } }
  }

  /// Says how it went.
  public func setStatus(_ status: SpanStatus) { change { $0.status = status } }

  /// Notes something that happens within it.
  public func addEvent(_ event: SpanEvent) { change { $0.events.append(event) } }

  /// Names another span that it has to do with.
  public func addLink(_ link: SpanLink) { change { $0.links.append(link) } }

  /// Notes an error by its type; its text may hold what belongs into no trace.
  public func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    var attributes = attributes
    attributes["exception.type"] = String(reflecting: type(of: error))
    let event = SpanEvent(name: "exception", at: instant(), attributes: attributes)
    change { $0.events.append(event) }
  }

  /// Ends it and hands it to the sink.
  public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let end = instant().nanosecondsSinceEpoch
    let last = state.withLock { state -> State? in
      guard !state.hasEnded else { return nil }
      state.hasEnded = true
      return state
    }
    guard let last, let sink else { return }
    sink.take(
      FinishedSpan(
        context: place, parentSpanID: parentSpanID, name: last.name, kind: kind, start: start, end: max(start, end),
        attributes: last.attributes, events: last.events, links: last.links, status: last.status))
  }

  private func change(_ body: (inout State) -> Void) {
    guard sink != nil else { return }
    state.withLock { state in
      if !state.hasEnded { body(&state) }
    }
  }
}
