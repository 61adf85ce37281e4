import CellContract
import CodeIntel
import HTTPTypes
import HummingbirdTesting
import Lifespan
import NIOCore
import ProblemDetails
import Testing

@testable import CodeIntelServer

@Suite struct HealthRouteTests {
  private static let text: HTTPFields = [.accept: "text/plain"]

  @Test(arguments: ["/healthz", "/livez"])
  func `a process that answers is alive, whatever its cells are`(path: String) async throws {
    let world = try await ServerWorld(indexed: false, required: ["hybrid"], isReady: false)
    try await world.service.application().test(.router) { client in
      let json = try await client.send(.get, path)
      #expect(json.status == .ok)
      #expect(try json.members() == ["status": "ok"])
      for plain in [
        try await client.send(.get, path, headers: Self.text), try await client.send(.get, path + "?verbose"),
      ] {
        #expect(plain.text == "ok")
        #expect(plain.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(plain.headers[.named("X-Content-Type-Options")] == "nosniff")
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `readyz tells each cell, and a cold one blocks nothing`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let cold = try await client.send(.get, "/readyz")
      #expect(cold.status == .ok)
      let models = ["splade-encoder": "empty"]
      #expect(try Self.states(cold) == ["vllm": "empty", "hybrid": "empty"].merging(models) { $1 })
      _ = try await client.send(.get, "/search?q=water").answer()
      let warm = try await client.send(.get, "/readyz")
      let warmed = ["vllm": "ready", "hybrid": "ready", "faiss": "ready", "bm25": "ready", "chunks": "ready"]
      #expect(try Self.states(warm) == warmed.merging(models) { $1 })
      let text = try await client.send(.get, "/readyz?verbose&exclude=vllm,nothing")
      #expect(text.status == .ok)
      #expect(text.text.contains("[+]hybrid degraded (faiss: computing on the CPU: "))
      #expect(text.text.contains("[+]chunks ok\n"))
      #expect(text.text.contains("[+]vllm excluded: ok\n"))
      #expect(text.text.contains("warn: no checks are named nothing\n"))
      #expect(text.text.hasSuffix("readyz check passed\n"))
    }
    try await world.engine.shutdown()
  }

  @Test func `a probe that is told it is not ready leaves no line, a search that fails does`() async throws {
    let lines = LineSink()
    let world = try await ServerWorld(indexed: false, required: ["hybrid"], logger: lines.logger)
    try await world.service.application().test(.router) { client in
      let search = try await client.send(.get, "/search?q=water")
      #expect(search.status == .serviceUnavailable)
      for path in ["/readyz", "/readyz?verbose"] {
        let probe = try await client.send(.get, path)
        #expect(probe.status == .serviceUnavailable)
      }
    }
    #expect(try lines.lines("request failed").count == 1)
    #expect(try lines.lines("http_request").map { $0["path"] } == ["/search"])
    try await world.engine.shutdown()
  }

  @Test func `a broken required cell makes a 503 problem with the members of the report`() async throws {
    let world = try await ServerWorld(indexed: false, required: ["hybrid"])
    try await world.service.application().test(.router) { client in
      _ = try await client.send(.get, "/search?q=water")
      let response = try await client.send(.get, "/readyz")
      let members = try ProblemShape.check(response, 503, "not-ready")
      #expect(response.headers[.retryAfter].flatMap(Int.init) ?? 0 >= 1)
      #expect(members["ready"] == false)
      let cells = (members["cells"]?.arrayValue ?? []).compactMap(\.objectValue)
      let hybrid = try #require(cells.first { $0["name"] == "hybrid" })
      #expect(hybrid["check"] == "error")
      #expect(hybrid["error"] == "reason withheld")
      #expect(!response.text.contains(world.engine.settings.indexPath))
      let text = try await client.send(.get, "/readyz", headers: Self.text)
      #expect(text.status == .serviceUnavailable)
      #expect(text.text.contains("[-]hybrid failed: reason withheld"))
      let without = try await client.send(.get, "/readyz?exclude=hybrid")
      #expect(without.status == .ok)
    }
    try await world.engine.shutdown()
  }

  @Test func `a service that starts refuses searches and says when to come back`() async throws {
    let world = try await ServerWorld(isReady: false)
    try await world.service.application().test(.router) { client in
      let response = try await client.send(.get, "/search?q=water")
      try ProblemShape.check(response, 503, "not-ready")
      #expect(response.headers[.retryAfter] != nil)
      #expect(try await client.send(.get, "/readyz").status == .serviceUnavailable)
      world.readiness.enter(.ready)
      _ = try await client.send(.get, "/search?q=water").answer()
      world.readiness.enter(.draining)
      #expect(try await client.send(.get, "/readyz").status == .serviceUnavailable)
      // Who was sent here before the load balancer noticed is still answered.
      _ = try await client.send(.get, "/search?q=water").answer()
    }
    try await world.engine.shutdown()
  }

  @Test func `metrics come in the format that was asked for`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let plain = try await client.send(.get, "/metrics")
      #expect(plain.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(plain.text.contains("# TYPE http_server_active_requests gauge"))
      let open = try await client.send(
        .get, "/metrics", headers: [.accept: "application/openmetrics-text; version=1.0.0"])
      #expect(open.headers[.contentType] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
      #expect(open.text.hasSuffix("# EOF\n"))
    }
    try await world.engine.shutdown()
  }

  private static func states(_ response: TestResponse) throws -> [String: String] {
    let cells = try #require(try response.members()["cells"]?.arrayValue?.compactMap(\.objectValue))
    return Dictionary(
      cells.compactMap { cell in
        guard let name = cell["name"]?.stringValue, let state = cell["init_state"]?.stringValue else { return nil }
        return (name, state)
      }, uniquingKeysWith: { first, _ in first })
  }
}
