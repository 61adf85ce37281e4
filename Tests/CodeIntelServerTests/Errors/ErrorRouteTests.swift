import CodeIntel
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemDetails
import Testing

@testable import CodeIntelServer

/// Every error of every route is a problem of the right type, status and headers.
@Suite struct ErrorRouteTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var method = HTTPRequest.Method.get
    var uri: String
    var headers: HTTPFields = [:]
    var body: String?
    var status: Int
    var slug: String

    var testDescription: String { "\(method.rawValue) \(uri.prefix(60)) \(body?.prefix(40) ?? "")" }
  }

  static let cases: [Case] = [
    Case(uri: "/nowhere", status: 404, slug: "not-found"),
    Case(uri: "/search/deeper", status: 404, slug: "not-found"),
    Case(uri: "/search/?q=a", status: 404, slug: "not-found"),
    Case(uri: "//search?q=a", status: 404, slug: "not-found"),
    Case(method: .post, uri: "//admin//index/swap", headers: .admin, status: 404, slug: "not-found"),
    Case(method: .post, uri: "/admin/index/swap/", headers: .admin, status: 404, slug: "not-found"),
    Case(uri: "/../../etc/passwd", status: 404, slug: "not-found"),
    Case(uri: "/assets/%2e%2e/index.html", status: 404, slug: "not-found"),
    Case(uri: "/problems/..%2f..%2fetc", status: 404, slug: "not-found"),
    Case(uri: "/search", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=%20%09", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&query=b", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&q=b", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&limit=0", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&limit=ten", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&limit=99999999999999999999", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&limit=101&offset=100", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&offset=-1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&explain=maybe", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&channels=nope", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&channels=", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:0", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:-1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:1e2", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:0x1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:.5", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:1.", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:1001", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:1,bm25:1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=nope:1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=bm25:1,", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&weights=", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&fusion=best", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&k=0", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&k=-1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&k=1e2", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&k=1001", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&deadline=0", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=a&unknown=1", status: 422, slug: "invalid-parameters"),
    Case(uri: "/search?q=%zz", status: 400, slug: "bad-request"),
    Case(uri: "/search?q=%f", status: 400, slug: "bad-request"),
    Case(uri: "/search?q=%ff%fe", status: 400, slug: "bad-request"),
    Case(uri: "/readyz?exclude=%ff", status: 400, slug: "bad-request"),
    Case(uri: "/search?q=" + String(repeating: "a", count: 17_000), status: 414, slug: "uri-too-long"),
    Case(method: .post, uri: "/search", headers: .json, body: "", status: 400, slug: "bad-request"),
    Case(method: .post, uri: "/search", headers: .json, body: "{", status: 400, slug: "bad-request"),
    Case(method: .post, uri: "/search", headers: .json, body: "[1]", status: 400, slug: "bad-request"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","query":"b"}"#, status: 400,
      slug: "bad-request"),
    Case(
      method: .post, uri: "/search", headers: .json, body: String(repeating: "[", count: 100_000), status: 400,
      slug: "bad-request"),
    Case(method: .post, uri: "/search", headers: .json, body: "{}", status: 422, slug: "invalid-parameters"),
    Case(method: .post, uri: "/search", headers: .json, body: #"{"query":7}"#, status: 422, slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":null}"#, status: 422, slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","k":"60"}"#, status: 422,
      slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","limit":"5"}"#, status: 422,
      slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","limit":1.5}"#, status: 422,
      slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","weights":{"nope":1}}"#, status: 422,
      slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","weights":{}}"#, status: 422,
      slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","weights":{"bm25":1e308,"faiss":"1"}}"#,
      status: 422, slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","weights":[1]}"#, status: 422,
      slug: "invalid-parameters"),
    Case(
      method: .post, uri: "/search", headers: .json, body: #"{"query":"a","a/b~c é":1}"#, status: 422,
      slug: "invalid-parameters"),
    Case(method: .post, uri: "/search", body: #"{"query":"a"}"#, status: 415, slug: "unsupported-media-type"),
    Case(
      method: .post, uri: "/search", headers: [.contentType: "text/plain"], body: #"{"query":"a"}"#, status: 415,
      slug: "unsupported-media-type"),
    Case(
      method: .post, uri: "/search", headers: [.contentType: "application/jsonp"], body: "{}", status: 415,
      slug: "unsupported-media-type"),
    Case(
      method: .post, uri: "/search", headers: .json,
      body: #"{"query":"\#(String(repeating: "a", count: 600_000))"}"#, status: 413, slug: "content-too-large"),
    Case(
      method: .post, uri: "/search", headers: .json,
      body: #"{"query":"\#(String(repeating: "a", count: 65_537))"}"#, status: 422, slug: "invalid-parameters"),
  ]

  @Test(arguments: cases)
  func `a wrong request is told as a problem`(_ wrong: Case) async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let first = try await client.send(wrong.method, wrong.uri, headers: wrong.headers, body: wrong.body)
      let members = try ProblemShape.check(first, wrong.status, wrong.slug)
      #expect(first.body.readableBytes < 16_384)
      if wrong.slug == "invalid-parameters" {
        let errors = try #require(members["errors"]?.arrayValue)
        #expect(!errors.isEmpty)
        let place = wrong.method == .post ? "pointer" : "parameter"
        #expect(errors.allSatisfy { $0.objectValue?[place]?.stringValue?.isEmpty == false })
      }
      // The same fault again: the same type and title, another instance (CELL-8.04).
      let second = try await client.send(wrong.method, wrong.uri, headers: wrong.headers, body: wrong.body)
      let again = try ProblemShape.check(second, wrong.status, wrong.slug)
      #expect(members["instance"] != again["instance"])
      // The service is healthy after it.
      #expect(try await client.send(.get, "/healthz").status == .ok)
    }
    try await world.engine.shutdown()
  }

  @Test func `every path answers a wrong method with 405 and the methods it has`() async throws {
    let world = try await ServerWorld()
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "PROPFIND"]
    let paths = Dictionary(grouping: world.service.table.routes, by: \.path)
    try await world.service.application().test(.router) { client in
      for (path, routes) in paths {
        var allowed = Set(routes.map(\.method.rawValue))
        if allowed.contains("GET") { allowed.insert("HEAD") }
        let uri = path.replacing("{name}", with: "hybrid").replacing("{slug}", with: "no-index")
        for method in methods where !allowed.contains(method) {
          let response = try await client.send(try #require(HTTPRequest.Method(method)), uri)
          #expect(response.status.code == 405, "\(method) \(uri)")
          #expect(response.headers[.allow] == allowed.sorted().joined(separator: ", "), "\(method) \(uri)")
          if method != "HEAD" { try ProblemShape.check(response, 405, "method-not-allowed") }
        }
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `no index is a 503 that names no folder of the host`() async throws {
    let world = try await ServerWorld(indexed: false)
    try await world.service.application().test(.router) { client in
      let response = try await client.send(.get, "/search?q=water")
      let members = try ProblemShape.check(response, 503, "no-index")
      #expect(members["code"] == "indexing.no-index")
      #expect(response.headers[.retryAfter] != nil)
      #expect(!response.text.contains(world.engine.settings.indexPath))
    }
    try await world.engine.shutdown()
  }

  @Test func `a fault of ours is masked and logged under the same instance`() async throws {
    struct Secret: Error, CustomStringConvertible { var description: String { "password hunter2 at /etc/secret" } }
    let log = LogCapture()
    let world = try await ServerWorld(logger: log.logger) { factories in
      factories.currentGeneration = { _ in throw Secret() }
    }
    try await world.service.application().test(.router) { client in
      let response = try await client.send(.get, "/search?q=water", headers: [.named("X-Request-Id"): "req-7"])
      #expect(!response.text.contains("hunter2"))
      #expect(response.status.code == 503)
      let members = try ProblemShape.check(response, 503, "cell-initialization-failed")
      let instance = try #require(members["instance"]?.stringValue)
      let line = try #require(
        log.lines.first { $0.metadata["problem_instance"] == instance && $0.message != "http_request" })
      #expect(line.error?.contains("hunter2") == true)
      #expect(line.metadata["request_id"] == "req-7")
      let access = try #require(log.lines.first { $0.message == "http_request" })
      #expect(access.metadata["problem"] == "cell-initialization-failed")
      #expect(access.metadata["path"] == "/search")
      #expect(access.metadata["status"] == "503")
    }
    try await world.engine.shutdown()
  }
}
