import CodeIntel
import HTTPTypes
import HummingbirdTesting
import ProblemDetails
import Testing
import TraceExport
import Tracing

@testable import CodeIntelServer

/// From an answer to its log lines and back: by the problem's instance, the trace, the request's id.
@Suite struct LogJoinTests {
  @Test(arguments: [("/nowhere", 404), ("/search", 422), ("/search?q=%ff", 400), ("/admin/index/swap", 405)])
  func `a problem's line has its instance`(target: String, status: Int) async throws {
    let lines = LineSink()
    let world = try await ServerWorld(logger: lines.logger)
    try await world.service.application().test(.router) { client in
      let response = try await client.send(.get, target)
      #expect(response.status.code == status)
      let instance = try #require(try ProblemShape.members(of: response)["instance"]?.stringValue)
      let line = try #require(try lines.lines("http_request").first { $0["problem_instance"] == instance })
      #expect(line["status"] == "\(status)")
      #expect(line["request_id"] == response.headers[.named("X-Request-Id")])
    }
    try await world.engine.shutdown()
  }

  @Test func `every line of a request has its trace, with no collector too`() async throws {
    let lines = LineSink()
    let world = try await ServerWorld(logger: lines.logger, tracer: RecordingTracer())
    let trace = "0af7651916cd43dd8448eb211c80319c"
    let headers: HTTPFields = [.named("traceparent"): "00-\(trace)-b7ad6b7169203331-01"]
    try await world.service.application().test(.live) { client in
      _ = try await client.send(.get, "/search?q=water", headers: headers).answer()
      _ = try await client.send(.get, "/nowhere", headers: headers)
      _ = try await client.send(.post, "/admin/index/swap", headers: headers)
    }
    let requests = try lines.lines("http_request")
    #expect(requests.count == 3)
    for line in try requests + lines.lines("admin_action") {
      #expect(line["trace_id"] == trace)
      #expect(line["span_id"]?.count == 16)
    }
    try await world.engine.shutdown()
  }

  @Test func `the line of a failure has its trace`() async throws {
    let lines = LineSink()
    let world = try await ServerWorld(indexed: false, logger: lines.logger, tracer: RecordingTracer())
    try await world.service.application().test(.router) { client in
      let response = try await client.send(.get, "/search?q=water")
      #expect(response.status.code >= 500)
    }
    let failed = try #require(try lines.lines("request failed").first)
    let request = try #require(try lines.lines("http_request").first)
    #expect(failed["trace_id"] != nil && failed["trace_id"] == request["trace_id"])
    #expect(request["problem_instance"]?.hasPrefix("urn:uuid:") == true)
    try await world.engine.shutdown()
  }
}
