import CodeIntel
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing
import TraceExport
import Tracing

@testable import CodeIntelServer

@Suite struct TraceTests {
  private final class Spans: SpanSink {
    private let kept = Mutex<[FinishedSpan]>([])
    var all: [FinishedSpan] { kept.withLock { $0 } }
    func take(_ span: FinishedSpan) { kept.withLock { $0.append(span) } }
  }

  @Test func `a search is a span below the caller's, with its stages below it`() async throws {
    let spans = Spans()
    let world = try await ServerWorld(tracer: RecordingTracer(sink: spans))
    let trace = "0af7651916cd43dd8448eb211c80319c"
    try await world.service.application().test(.router) { client in
      let headers: HTTPFields = [.named("traceparent"): "00-\(trace)-b7ad6b7169203331-01"]
      _ = try await client.send(.get, "/search?q=water", headers: headers).answer()
      _ = try await client.send(.get, "/nowhere")
    }
    let server = try #require(spans.all.first { $0.name == "GET /search" })
    #expect(server.context.traceID == trace)
    #expect(server.parentSpanID == "b7ad6b7169203331")
    #expect(server.kind == .server)
    let stages = spans.all.filter { $0.name.hasPrefix("search.") }
    #expect(
      Set(stages.map(\.name)).isSuperset(of: ["search.bm25", "search.faiss", "search.fusion", "search.hydration"]))
    for stage in stages {
      #expect(stage.context.traceID == trace)
      #expect(stage.parentSpanID == server.context.spanID)
      #expect(stage.start >= server.start && stage.end <= server.end)
    }
    let other = try #require(spans.all.first { $0.context.traceID != trace })
    #expect(other.name == "GET")
    // No question in any trace.
    #expect(spans.all.allSatisfy { !"\($0.attributes)".contains("water") })
    try await world.engine.shutdown()
  }
}
