import CoreMetrics
import PrometheusMetrics
import Retrieval
import Tracing

/// Counts searches and writes their stages as metrics and spans.
final class SearchTelemetry: Sendable {
  private let factory: PrometheusMetricsFactory
  private let tracer: any Tracer
  private let stages = Locked<[String: Timer]>([:])
  private let hits: Recorder
  private let degraded: Counter

  init(_ telemetry: ServerTelemetry) {
    factory = PrometheusMetricsFactory(registry: telemetry.registry)
    tracer = telemetry.tracer
    hits = Recorder(label: ServerMetric.searchHits.name, factory: factory)
    degraded = Counter(label: ServerMetric.searchDegradedTotal.name, factory: factory)
  }

  /// Notes an answer that was ready `now`, after a search that began at `start`; both in nanoseconds since 1970.
  func note(_ response: SearchResponse, start: UInt64, now: UInt64) {
    hits.record(response.hits.count)
    if !response.limits.isEmpty { degraded.increment() }
    for stage in response.stages { timer(stage.name).recordNanoseconds(Self.nanoseconds(stage)) }
    guard let span = InstrumentationContext.current, !(tracer is NoOpTracer) else { return }
    write(response.stages, below: span, start: start, now: now)
  }

  /// The pipeline times its stages itself, so their spans are written afterwards: fusion and hydration end the search one
  /// after the other, channels begin it side by side.
  private func write(_ stages: [StageTiming], below context: InstrumentationContext, start: UInt64, now: UInt64) {
    var end = now
    var places: [(StageTiming, UInt64, UInt64)] = []
    for stage in stages.reversed() {
      let length = UInt64(Self.nanoseconds(stage))
      guard stage.name == "fusion" || stage.name == "hydration" else {
        places.append((stage, start, min(now, start + length)))
        continue
      }
      let begin = max(start, end - min(end, length))
      places.append((stage, begin, end))
      end = begin
    }
    for (stage, begin, end) in places.reversed() {
      let span = tracer.startSpan(
        "search.\(stage.name)", context: context, ofKind: .internal,
        at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: begin))
      span.attributes["search.candidates"] = Int64(stage.candidates)
      span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: end))
    }
  }

  private static func nanoseconds(_ stage: StageTiming) -> Int64 {
    let value = stage.durationMilliseconds * 1_000_000
    return value.isFinite && value > 0 && value < 0x1p62 ? Int64(value) : 0
  }

  private func timer(_ stage: String) -> Timer {
    if let found = stages.withLock({ $0[stage] }) { return found }
    let made = Timer(
      label: ServerMetric.searchStageDurationSeconds.name, dimensions: [("stage", stage)], factory: factory)
    stages.withLock { $0[stage] = made }
    return made
  }
}
