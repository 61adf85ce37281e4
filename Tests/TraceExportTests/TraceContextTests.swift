import CellContract
import CellTelemetry
import Logging
import PrometheusMetrics
import RuntimeCells
import Testing
import TraceExport
import Tracing

@Suite("W3C Trace Context")
struct TraceContextTests {
  private static let trace = "0af7651916cd43dd8448eb211c80319c"
  private static let span = "b7ad6b7169203331"

  @Test(
    "A valid header is understood, whatever its later version adds",
    arguments: [
      ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-03", true),
      ("cc-\(trace)-\(span)-01-what-the-future-brings", true), ("01-\(trace)-\(span)-fe", false),
    ])
  func valid(header: String, isSampled: Bool) {
    let context = TraceContext(traceparent: header)
    #expect(context?.traceID == Self.trace)
    #expect(context?.spanID == Self.span)
    #expect(context?.isSampled == isSampled)
    #expect(context?.traceparent == "00-\(Self.trace)-\(Self.span)-\(isSampled ? "01" : "00")")
  }

  @Test(
    "A header that the Recommendation calls invalid is as if it were not there",
    arguments: [
      "", "00", "ff-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-extra", "00-\(trace.uppercased())-\(span)-01",
      "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01", "00-\(trace)-\(span)-0g",
      "00-\(trace)-\(span)-1", "00-\(trace)1-\(span)-01", "00-\(trace)-\(span)1-01", "0-\(trace)-\(span)-01",
      "00_\(trace)_\(span)_01", "00-\(trace)-\(span)", "zz-\(trace)-\(span)-01", "00-\(trace)-\(span)-+1",
    ])
  func invalid(header: String) {
    #expect(TraceContext(traceparent: header) == nil)
  }

  @Test("A tracestate goes on as it came, unless it is too long or holds a line break")
  func traceState() {
    let header = "00-\(Self.trace)-\(Self.span)-01"
    #expect(TraceContext(traceparent: header, tracestate: "a=1,b=2")?.traceState == "a=1,b=2")
    for bad in ["", "a=1\r\nX-Evil: 1", String(repeating: "a", count: 513)] {
      let context = TraceContext(traceparent: header, tracestate: bad)
      #expect(context != nil && context?.traceState == nil)
    }
  }

  @Test("A request's trace goes through the process and out again: extract, spans, inject, log lines")
  func throughTheProcess() throws {
    let sink = SpanList()
    let tracer = RecordingTracer(sink: sink)
    var context = InstrumentationContext.topLevel
    let headers = ["traceparent": "00-\(Self.trace)-\(Self.span)-01", "tracestate": "vendor=x"]
    tracer.extract(headers, into: &context, using: Headers())
    var outgoing: [String: String] = [:]
    var logged: Logger.Metadata = [:]
    tracer.withSpan("request", context: context, ofKind: .server) { _ in
      tracer.withSpan("call", ofKind: .client) { span in
        tracer.inject(span.context, into: &outgoing, using: Headers())
        logged = Logger.MetadataProvider.traceContext.get()
      }
    }
    let (call, request) = (try #require(sink.spans.first), try #require(sink.spans.last))
    #expect(request.parentSpanID == Self.span)
    #expect(call.parentSpanID == request.context.spanID)
    #expect([request, call].allSatisfy { $0.context.traceID == Self.trace })
    #expect(outgoing["traceparent"] == "00-\(Self.trace)-\(call.context.spanID)-01")
    #expect(outgoing["tracestate"] == "vendor=x")
    #expect(logged == ["trace_id": "\(Self.trace)", "span_id": "\(call.context.spanID)"])
    #expect(Logger.MetadataProvider.traceContext.get().isEmpty)
  }

  @Test("A caller's decision not to record holds below it; the ids still go on")
  func notSampled() {
    let sink = SpanList()
    let tracer = RecordingTracer(sink: sink)
    var context = InstrumentationContext.topLevel
    tracer.extract(["traceparent": "00-\(Self.trace)-\(Self.span)-00"], into: &context, using: Headers())
    var outgoing: [String: String] = [:]
    tracer.withSpan("request", context: context) { span in
      #expect(!span.isRecording)
      span.attributes["ignored"] = 1
      tracer.inject(span.context, into: &outgoing, using: Headers())
    }
    #expect(sink.spans.isEmpty)
    #expect(outgoing["traceparent"]?.hasPrefix("00-\(Self.trace)-") == true)
    #expect(outgoing["traceparent"]?.hasSuffix("-00") == true)
  }

  @Test("The share of recorded roots follows the ratio")
  func ratio() {
    for (ratio, expected) in [(0.0, 0...0), (1.0, 2_000...2_000), (0.25, 350...650), (.nan, 0...0), (7, 2_000...2_000)]
    {
      let sink = SpanList()
      let tracer = RecordingTracer(sink: sink, ratio: ratio)
      for _ in 0..<2_000 { tracer.withSpan("root", context: .topLevel) { _ in } }
      #expect(expected.contains(sink.spans.count), "ratio \(ratio): \(sink.spans.count)")
      #expect(Set(sink.spans.map(\.context.traceID)).count == sink.spans.count)
    }
  }

  @Test("A span keeps nothing after its end and ends once; an error's text is not kept")
  func afterTheEnd() throws {
    struct Broken: Error { let secret = "hunter2" }
    let sink = SpanList()
    let span = RecordingTracer(sink: sink).startSpan("work")
    span.recordError(Broken())
    span.setStatus(SpanStatus(code: .error))
    span.end()
    span.attributes["late"] = 1
    span.operationName = "late"
    span.end()
    #expect(sink.spans.count == 1)
    let finished = try #require(sink.spans.first)
    #expect(finished.name == "work")
    #expect(finished.attributes.isEmpty)
    #expect(finished.events.map(\.name) == ["exception"])
    #expect("\(finished.events)".contains("hunter2") == false)
    #expect(finished.end >= finished.start)
  }

  private struct Headers: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
  }
}

/// Keeps spans.
final class SpanList: SpanSink {
  private let kept = Locked<[FinishedSpan]>([])

  var spans: [FinishedSpan] { kept.withLock { $0 } }

  func take(_ span: FinishedSpan) { kept.withLock { $0.append(span) } }
}
