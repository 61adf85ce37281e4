import CellTelemetry
import CoreMetrics
import PrometheusMetrics
import Retrieval
import TraceExport
import Tracing

/// Counts searches and writes their stages as metrics and spans.
final class SearchTelemetry: Sendable {
  private let tracer: any Tracer
  private let stages: StageMetrics
  private let hits: Recorder
  private let degraded: Counter

  init(_ telemetry: ServerTelemetry) {
    let factory = PrometheusMetricsFactory(registry: telemetry.registry)
    tracer = telemetry.tracer
    stages = StageMetrics(factory: factory)
    hits = Recorder(label: ServerMetric.searchHits.name, factory: factory)
    degraded = Counter(label: ServerMetric.searchDegradedTotal.name, factory: factory)
  }

  /// Notes an answer that was ready `now`, after a search that began at `start`; both in nanoseconds since 1970.
  func note(_ response: SearchResponse, start: UInt64, now: UInt64) {
    hits.record(response.hits.count)
    if !response.limits.isEmpty { degraded.increment() }
    for stage in response.stages {
      stages.record(stage.name, milliseconds: stage.durationMilliseconds, candidates: stage.candidates)
    }
    guard let span = InstrumentationContext.current, !(tracer is NoOpTracer), span.traceContext?.isSampled != false
    else { return }
    write(response.stages, below: span, start: start, now: now)
  }

  /// The pipeline times its stages itself, so their spans are written afterwards: fusion and hydration end the search one
  /// after the other; a filter begins it and the channels follow side by side.
  private func write(_ stages: [StageTiming], below context: InstrumentationContext, start: UInt64, now: UInt64) {
    var end = now
    let filter = stages.first { $0.name == "filter" }.map { UInt64(Self.nanoseconds($0)) } ?? 0
    let asked = min(now, start + filter)
    var places: [(StageTiming, UInt64, UInt64)] = []
    for stage in stages.reversed() {
      let length = UInt64(Self.nanoseconds(stage))
      guard stage.name == "fusion" || stage.name == "hydration" else {
        let begin = stage.name == "filter" ? start : asked
        places.append((stage, begin, min(now, begin + length)))
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
}
