import CodeIntel
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemDetails
import Testing

@testable import CodeIntelServer

@Suite struct PageRouteTests {
  @Test func `the dashboard loads its own files only and trusts no text`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let page = try await client.send(.get, "/")
      #expect(page.status == .ok)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      let policy = try #require(page.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'"))
      #expect(!policy.contains("unsafe"))
      for path in ["/assets/dashboard.css", "/assets/dashboard.js"] {
        #expect(page.text.contains(path))
        #expect(try await client.send(.get, path).status == .ok)
      }
      let script = try await client.send(.get, "/assets/dashboard.js")
      #expect(!script.text.contains("innerHTML"))
      for text in [page.text, script.text, try await client.send(.get, "/assets/dashboard.css").text] {
        let outside = text.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!outside.contains("http://") && !outside.contains("https://"))
      }
      #expect(!page.text.contains("style=") && !page.text.contains("onclick"))
    }
    try await world.engine.shutdown()
  }

  @Test func `every problem type has its page, in three forms`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      for type in ProblemCatalogue.all {
        let json = try await client.send(.get, type.uri, headers: [.accept: "application/json"])
        #expect(try json.members()["title"]?.stringValue == type.title)
      }
      let html = try await client.send(.get, "/problems/no-index", headers: [.accept: "text/html,*/*;q=0.5"])
      #expect(html.text.contains("<h1>No index</h1>"))
      let plain = try await client.send(.get, "/problems/no-index", headers: [.accept: "text/plain"])
      #expect(plain.text.hasPrefix("No index\n/problems/no-index, status 503, exit code 69\n"))
      try ProblemShape.check(try await client.send(.get, "/problems/no-such-type"), 404, "not-found")
    }
    try await world.engine.shutdown()
  }

  @Test func `HEAD is GET without a body, for answers and for problems`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      for path in ["/", "/healthz", "/search?q=water", "/search", "/nowhere", "/problems/no-index"] {
        let get = try await client.send(.get, path)
        let head = try await client.send(.head, path)
        #expect(head.status == get.status, "\(path)")
        #expect(head.headers[.contentType] == get.headers[.contentType], "\(path)")
        #expect(head.body.readableBytes == 0, "\(path)")
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `a usable request id comes back, a forged one does not`() async throws {
    let world = try await ServerWorld()
    let name = HTTPField.Name.named("X-Request-Id")
    try await world.service.application().test(.router) { client in
      let good = try await client.send(.get, "/healthz", headers: [name: "abc-123.X_y"])
      #expect(good.headers[name] == "abc-123.X_y")
      for bad in ["has space", "line\tbreak", String(repeating: "x", count: 129), "é"] {
        let response = try await client.send(.get, "/healthz", headers: [name: bad])
        let given = try #require(response.headers[name])
        #expect(given != bad)
        #expect(given.count == 36)
      }
    }
    try await world.engine.shutdown()
  }
}
