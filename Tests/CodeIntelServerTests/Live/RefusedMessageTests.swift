import CodeIntel
import ProblemDetails
import Testing

@testable import CodeIntelServer

/// Whatever is answered is counted once, has an identity and a line in the log: below the router too.
@Suite(.timeLimit(.minutes(2))) struct RefusedMessageTests {
  private static let json = "Host: localhost\r\nContent-Type: application/json\r\n"

  @Test(arguments: [
    (
      431, "header-fields-too-large", "_OTHER", "",
      "GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: \(String(repeating: "x", count: 40_000))\r\n\r\n"
    ),
    (400, "bad-request", "_OTHER", "", "nonsense\r\n\r\n"),
    (400, "bad-request", "_OTHER", "", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"),
    (
      408, "request-timeout", "POST", "/search",
      "POST /search HTTP/1.1\r\n\(json)Content-Length: 100\r\n\r\n{\"query\":"
    ),
    (
      413, "content-too-large", "POST", "/search",
      "POST /search HTTP/1.1\r\nConnection: close\r\n\(json)Content-Length: 9000000\r\n\r\n"
    ),
    (
      400, "bad-request", "POST", "/search", "POST /search HTTP/1.1\r\n\(json)Transfer-Encoding: chunked\r\n\r\nxyz\r\n"
    ),
  ])
  func `a refusal is counted, named and logged`(
    status: Int, slug: String, method: String, route: String, text: String
  ) async throws {
    let lines = LineSink()
    var settings = ServerWorld.settings
    settings.bodyTimeout = .milliseconds(50)
    let world = try await ServerWorld(settings: settings, logger: lines.logger)
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send(text)
      let answer = SimpleClient.parsed(await connection.textUntilClosed())
      let instance = try #require(try ProblemShape.check(answer, status, slug)["instance"]?.stringValue)
      let found = try lines.lines("http_request").filter { $0["problem_instance"] == instance }
      #expect(found.count == 1)
      #expect(found.first?["status"] == "\(status)" && found.first?["problem"] == slug)
      #expect(found.first?["remote"] == "127.0.0.1")
      let id = try #require(found.first?["request_id"])
      #expect(answer.head.contains("X-Request-Id: \(id)"))
    }
    let labels =
      "{http_request_method=\"\(method)\",http_route=\"\(route)\",http_response_status_code=\"\(status)\"}"
    #expect(world.metrics.contains("http_server_request_duration_seconds_count\(labels) 1\n"), "\(world.metrics)")
    #expect(world.metrics.contains("http_server_response_problems_total{problem=\"\(slug)\"} 1\n"))
    #expect(world.metrics.contains("http_server_active_requests 0\n"))
    try await world.engine.shutdown()
  }
}
