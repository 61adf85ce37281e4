import CodeIntel
import Foundation
import ProblemDetails
import Testing

@testable import CodeIntelServer

/// What no HTTP client would send: the right problem or a clean close, and a healthy service after it.
@Suite(.timeLimit(.minutes(15))) struct WireTests {
  private static func answers(to text: String, settings: ServerSettings = ServerWorld.settings) async throws -> String {
    let world = try await ServerWorld(settings: settings)
    let answer = try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send(text)
      let answer = await connection.textUntilClosed()
      // Once it is answered the service is healthy; a short idle time of the test's may meet this client, too.
      while try await SimpleClient(port: running.port).send("GET", "/healthz").status != 200 { await Task.yield() }
      return answer
    }
    try await world.engine.shutdown()
    return answer
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", "FOO BAR BAZ\r\n\r\n",
    "\u{0}\u{1}\u{2}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
  ])
  func `a message that is no HTTP is told as a problem and the connection closed`(text: String) async throws {
    let answer = SimpleClient.parsed(try await Self.answers(to: text))
    #expect(answer.status == 400)
    #expect(answer.head.lowercased().contains("content-type: application/problem+json"))
    #expect(answer.head.lowercased().contains("connection: close"))
    try ProblemShape.check(answer, 400, "bad-request")
  }

  @Test func `who waits for leave to send a body gets it`() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send(
        "POST /search HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n"
          + "Content-Length: 13\r\nConnection: close\r\n\r\n")
      #expect(await connection.text(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      try await connection.send(#"{"q":"water"}"#)
      let answer = SimpleClient.parsed(await connection.textUntilClosed())
      #expect(answer.status == 200)
    }
    try await world.engine.shutdown()
  }

  @Test func `header fields beyond the limit are told as 431`() async throws {
    let text = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: \(String(repeating: "x", count: 40_000))\r\n\r\n"
    let answer = SimpleClient.parsed(try await Self.answers(to: text))
    #expect(answer.status == 431)
    try ProblemShape.check(answer, 431, "header-fields-too-large")
  }

  @Test func `a head that does not end is closed after the idle time`() async throws {
    var settings = ServerWorld.settings
    settings.idleTimeout = .seconds(1)
    let answer = try await Self.answers(to: "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", settings: settings)
    #expect(answer.isEmpty)
  }

  @Test func `a body that does not come is told as 408 and closed`() async throws {
    var settings = ServerWorld.settings
    settings.bodyTimeout = .milliseconds(50)
    let text =
      "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\":"
    let answer = SimpleClient.parsed(try await Self.answers(to: text, settings: settings))
    #expect(answer.status == 408)
    try ProblemShape.check(answer, 408, "request-timeout")
  }

  @Test(arguments: [
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx",
    "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nx",
  ])
  func `a body that no route reads and that does not end is answered, then closed`(text: String) async throws {
    var settings = ServerWorld.settings
    settings.bodyTimeout = .milliseconds(50)
    let answer = SimpleClient.parsed(try await Self.answers(to: text, settings: settings))
    #expect([200, 404, 415].contains(answer.status))
  }

  @Test func `a body that no route reads and that goes on and on is answered, then closed`() async throws {
    var settings = ServerWorld.settings
    settings.maximumBodyBytes = 2048
    let world = try await ServerWorld(settings: settings)
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
      #expect(await connection.text(until: "{\"status\":\"ok\"}").hasPrefix("HTTP/1.1 200"))
      for _ in 0..<3 { try? await connection.send("400\r\n\(String(repeating: "x", count: 1024))\r\n") }
      #expect(await connection.textUntilClosed().isEmpty)
      try? await connection.close()
    }
    try await world.engine.shutdown()
  }

  @Test func `after a body that no route reads the next request is answered on the same connection`() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nxy")
      #expect(await connection.text(until: "{\"status\":\"ok\"}").hasPrefix("HTTP/1.1 200"))
      try await connection.send("zz")
      try await connection.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(await connection.text(until: "{\"status\":\"ok\"}").hasPrefix("HTTP/1.1 200"))
      try await connection.close()
    }
    try await world.engine.shutdown()
  }

  @Test func `a body that ends early is a clean close`() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send(
        "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\":"
      )
      try await connection.finishSending()
      let answer = SimpleClient.parsed(await connection.textUntilClosed())
      #expect([0, 400].contains(answer.status))
      #expect(try await SimpleClient(port: running.port).send("GET", "/healthz").status == 200)
    }
    try await world.engine.shutdown()
  }

  @Test func `a body in chunks beyond the limit is told as 413`() async throws {
    let chunk = "10000\r\n" + String(repeating: "a", count: 0x10000) + "\r\n"
    let text =
      "POST /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
      + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 9) + "0\r\n\r\n"
    let answer = SimpleClient.parsed(try await Self.answers(to: text))
    #expect(answer.status == 413)
    try ProblemShape.check(answer, 413, "content-too-large")
  }

  @Test(
    arguments: [[0xFF, 0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x61, 0xC3]] as [[UInt8]])
  func `a body that is no UTF-8 is told as 400`(bytes: [UInt8]) async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let body = Array(#"{"query":"a"#.utf8) + bytes + Array(#""}"#.utf8)
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send(
        "POST /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
          + "Content-Length: \(body.count)\r\n\r\n")
      try await connection.send(bytes: body)
      let answer = SimpleClient.parsed(await connection.textUntilClosed())
      try ProblemShape.check(answer, 400, "bad-request")
      #expect(try await SimpleClient(port: running.port).send("GET", "/search?q=water").status == 200)
    }
    try await world.engine.shutdown()
  }

  @Test func `pipelined requests are answered in order on one connection`() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      let targets = ["/healthz", "/search?q=water", "/nowhere", "/livez"]
      let requests = targets.enumerated().map { index, target in
        "GET \(target) HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: r\(index)\r\n\(index == 3 ? "Connection: close\r\n" : "")\r\n"
      }
      try await connection.send(requests.joined())
      let text = await connection.textUntilClosed()
      let places = (0..<4).compactMap { text.range(of: "X-Request-Id: r\($0)", options: [])?.lowerBound }
      #expect(places.count == 4)
      #expect(places == places.sorted())
    }
    try await world.engine.shutdown()
  }

  @Test func `searches follow one another on one connection`() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      for _ in 0..<3 {
        try await connection.send("GET /search?q=water HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let text = await connection.text(until: "\"stages\"")
        #expect(text.hasPrefix("HTTP/1.1 200 OK"))
      }
      #expect(world.service.openConnections == 1)
      try await connection.close()
    }
    try await world.engine.shutdown()
  }
}
