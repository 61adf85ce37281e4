import CodeIntel
import HTTPTypes
import Testing

@testable import CodeIntelServer

/// Which names the service answers to (RFC 9110 section 15.5.20, RFC 9112 section 3.2).
@Suite struct HostTests {
  private func refusal(
    _ authority: String?, allowed: [String] = [], listeningOn address: String = "127.0.0.1", isProbe: Bool = false
  ) -> ServerError.Code? {
    let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/search")
    do {
      try HostCheck(allowed: allowed, listeningOn: address).check(request, isProbe: isProbe)
      return nil
    } catch {
      return error.code
    }
  }

  @Test(arguments: [
    "localhost", "localhost:8080", "LOCALHOST", "code.localhost:1", "127.0.0.1:8080", "10.1.2.3", "[::1]:8080",
    "[fd00::1]",
  ])
  func `on loopback, localhost and addresses are answered`(authority: String) {
    #expect(refusal(authority) == nil)
  }

  @Test(arguments: [
    "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost",
    "[::1].evil.example", "127.0.0.1@evil.example", "1.2.3",
  ])
  func `on loopback, another name is misdirected: a page may have had it resolved to here`(authority: String) {
    #expect(refusal(authority) == .misdirected)
  }

  @Test func `names can be allowed, and any`() {
    #expect(refusal("code.example.org:443", allowed: ["Code.Example.Org"]) == nil)
    #expect(refusal("other.example.org", allowed: ["code.example.org"]) == .misdirected)
    #expect(refusal("other.example.org", allowed: ["*"]) == nil)
  }

  @Test func `beyond loopback any name is answered unless some are allowed`() {
    #expect(refusal("code.example.org", listeningOn: "0.0.0.0") == nil)
    #expect(refusal("other.example.org", allowed: ["code.example.org"], listeningOn: "0.0.0.0") == .misdirected)
  }

  @Test(arguments: [nil, "", " "])
  func `a request without a host is refused, a probe's is not`(authority: String?) {
    #expect(refusal(authority) == .badRequest)
    #expect(refusal(authority, isProbe: true) == nil)
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      ("GET /openapi.json HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "bad-request"),
      (
        "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400,
        "bad-request"
      ),
      ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n", 400, "bad-request"),
      ("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421, "misdirected-request"),
    ])
  func `a wrong host is a problem on the wire`(message: String, status: Int, slug: String) async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send(message)
      try ProblemShape.check(SimpleClient.parsed(await connection.textUntilClosed()), status, slug)
      let probe = try await RawConnection.open(port: running.port)
      try await probe.send("GET /healthz HTTP/1.0\r\nConnection: close\r\n\r\n")
      #expect(SimpleClient.parsed(await probe.textUntilClosed()).status == 200)
    }
    try await world.engine.shutdown()
  }
}
