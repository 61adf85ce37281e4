import CellContract
import CellTelemetry
import Dispatch
import ExternalTools
import Foundation
import PrometheusMetrics
import RuntimeCells
import Testing
import TraceExport
import Tracing

@Suite("Export by OTLP")
struct OTLPTests {
  @Test("A collector that is slow delays no span; what does not fit is dropped and counted; a flush waits for the rest")
  func slowCollector() async {
    let collector = FakeCollector(isHanging: true)
    var configuration = OTLPSpanExporter.Configuration(serviceName: "test")
    configuration.capacity = 10
    let exporter = OTLPSpanExporter(collector, configuration: configuration)
    let tracer = RecordingTracer(sink: exporter)
    for _ in 0..<100 { tracer.withSpan("work", context: .topLevel) { _ in } }
    #expect(exporter.dropped >= 80)
    #expect(await exporter.flush(within: .zero) == false)
    collector.gate.signal()
    #expect(await exporter.flush(within: .seconds(3600)))
    #expect(UInt64(collector.spanCount) + exporter.dropped == 100)
  }

  @Test("Spans that come together go out in batches of the given size")
  func batches() async {
    let collector = FakeCollector(isHanging: true)
    var configuration = OTLPSpanExporter.Configuration(serviceName: "test")
    configuration.maxBatch = 20
    let exporter = OTLPSpanExporter(collector, configuration: configuration)
    let tracer = RecordingTracer(sink: exporter)
    for _ in 0..<100 { tracer.withSpan("work", context: .topLevel) { _ in } }
    collector.gate.signal()
    #expect(await exporter.flush(within: .seconds(3600)))
    #expect(collector.sizes.allSatisfy { $0 <= 20 })
    #expect(collector.sizes.reduce(0, +) == 100)
    #expect(exporter.dropped == 0)
  }

  @Test("A request is sent again with growing pauses while the collector cannot take it, and given up in the end")
  func retries() async {
    let pauses = Locked<[Duration]>([])
    let pause: @Sendable (Duration) -> Void = { duration in pauses.withLock { $0.append(duration) } }
    for (answers, sent, dropped) in [
      ([OTLPOutcome.retryable, .retryable, .accepted], 3, 0), ([.refused], 1, 1),
      ([.retryable, .retryable, .retryable, .retryable], 4, 1),
    ] {
      pauses.withLock { $0 = [] }
      let collector = FakeCollector(answers: answers)
      let exporter = OTLPSpanExporter(
        collector, configuration: .init(serviceName: "test"), pause: pause)
      RecordingTracer(sink: exporter).withSpan("work", context: .topLevel) { _ in }
      #expect(await exporter.flush(within: .seconds(3600)))
      #expect(collector.sizes.count == sent)
      #expect(exporter.dropped == UInt64(dropped))
      #expect(pauses.withLock { $0 } == (0..<(sent - 1)).map { .milliseconds(250 << $0) })
    }
  }

  @Test(
    "Only 429, 502, 503 and 504 may be sent again",
    arguments: [
      (200, .accepted), (202, .accepted), (400, .refused), (404, .refused), (429, .retryable), (500, .refused),
      (502, .retryable), (503, .retryable), (504, .retryable), (301, .refused),
    ] as [(Int, OTLPOutcome)])
  func statuses(status: Int, outcome: OTLPOutcome) { #expect(OTLPOutcome(status: status) == outcome) }

  private static let python = ExternalTool.python(importing: "opentelemetry.proto.collector.trace.v1.trace_service_pb2")

  @Test(
    "A receiver that holds requests against OpenTelemetry's own protobuf schema takes the spans of real cells",
    .enabled(if: python != nil, "PyPI's opentelemetry-proto is not installed: run \(ExternalTool.provider)"),
    .timeLimit(.minutes(15)))
  func realSchema() async throws {
    let python = try #require(Self.python)
    let port = try #require(MetricsEndpoint.freePort())
    let scratch = try Scratch()
    defer { scratch.remove() }
    let output = try scratch.file("receiver.json", Data())
    let receiver = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "otlp_receiver.py")
    let process = try python.start([receiver.path, "\(port)", "5"], output: output)
    defer { if process.isRunning { process.terminate() } }

    let endpoint = try #require(URL(string: "http://127.0.0.1:\(port)/v1/traces"))
    var configuration = OTLPSpanExporter.Configuration(serviceName: "otlp-test")
    // The receiver is a process that needs a moment to start.
    configuration.maxAttempts = 12
    configuration.firstPause = .milliseconds(50)
    let exporter = OTLPSpanExporter(
      URLSessionTransport(endpoint: endpoint, timeout: .seconds(3600)), configuration: configuration)
    let tracer = RecordingTracer(sink: exporter)
    var cells = CellConfiguration()
    CellSpanObserver(tracer: tracer).attach(to: &cells)
    let cell = RuntimeCell<Int>(name: "faiss", configuration: cells) { 7 }
    try await tracer.withSpan("request", ofKind: .server) { span in
      span.attributes["http.route"] = "/search"
      span.attributes["ratio"] = 0.5
      span.attributes["endless"] = Double.infinity
      span.attributes["ok"] = true
      span.attributes["parts"] = SpanAttribute.stringArray(["a", "b\"c"])
      span.attributes["sizes"] = SpanAttribute.int64Array([1, .max])
      span.addEvent(SpanEvent(name: "asked", attributes: ["n": 1]))
      try await cell.withValue { #expect($0 == 7) }
    }
    _ = try await cell.close()
    let failing = tracer.startSpan("failing")
    failing.setStatus(SpanStatus(code: .error, message: "cell.closed"))
    failing.addLink(SpanLink(context: failing.context, attributes: [:]))
    failing.end()
    await cell.observersCaughtUp()
    #expect(await exporter.flush(within: .seconds(3600)))
    #expect(exporter.dropped == 0)

    process.waitUntilExit()
    let report = try JSONDecoder().decode(Report.self, from: Data(contentsOf: output))
    #expect(report.errors.isEmpty)
    #expect(report.service == "otlp-test")
    let names = report.spans.map(\.name).sorted()
    #expect(names == ["failing", "request", "runtime_cell.close", "runtime_cell.dispose", "runtime_cell.init"])
    let request = try #require(report.spans.first { $0.name == "request" })
    let attempt = try #require(report.spans.first { $0.name == "runtime_cell.init" })
    #expect(attempt.parent != request.id && attempt.trace != request.trace)
    #expect(attempt.links == [request.id])
    #expect(request.kind == "SPAN_KIND_SERVER")
    #expect(request.attributes["sizes"] == "[1, 9223372036854775807]")
    #expect(request.attributes["endless"] == "inf")
    #expect(request.attributes["parts"] == "['a', 'b\"c']")
    #expect(attempt.attributes["cell.generation"] == "1")
    #expect(report.spans.first { $0.name == "failing" }?.status == "STATUS_CODE_ERROR")
  }

  private struct Report: Decodable {
    struct Span: Decodable {
      let name, id, trace, parent, kind, status: String
      let links: [String]
      let attributes: [String: String]
    }
    let service: String
    let spans: [Span]
    let errors: [String]
  }
}

/// Counts the spans of each request; answers as told, then with success.
private final class FakeCollector: OTLPTransport {
  let gate = DispatchSemaphore(value: 0)
  private let isHanging: Bool
  private let state: Locked<(sizes: [Int], answers: [OTLPOutcome])>

  init(answers: [OTLPOutcome] = [], isHanging: Bool = false) {
    state = Locked(([], answers))
    self.isHanging = isHanging
  }

  var sizes: [Int] { state.withLock { $0.sizes } }
  var spanCount: Int { sizes.reduce(0, +) }

  func post(_ body: [UInt8]) -> OTLPOutcome {
    if isHanging {
      gate.wait()
      gate.signal()
    }
    let count = String(decoding: body, as: UTF8.self).components(separatedBy: "\"spanId\"").count - 1
    return state.withLock { state in
      state.sizes.append(count)
      return state.answers.isEmpty ? .accepted : state.answers.removeFirst()
    }
  }
}
