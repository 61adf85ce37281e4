import CodeIntel
import Lifespan
import RuntimeCells
import Testing

@testable import CodeIntelServer

/// How connections end with the service: after an answer, not before one.
@Suite(.timeLimit(.minutes(2))) struct DrainTests {
  private static func world(quiet: Duration = .seconds(3600), gate: TestGate? = nil) async throws -> ServerWorld {
    var settings = ServerWorld.settings
    settings.drainQuietTime = quiet
    return try await ServerWorld(settings: settings) { factories in
      if let gate { factories.embedder = { _ in GatedEmbedder(gate: gate) } }
    }
  }

  @Test func `while it drains each answer says close, and the connection ends after it`() async throws {
    let world = try await Self.world()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let before = await connection.text(until: "}")
      #expect(!before.lowercased().contains("connection: close"))
      world.readiness.enter(.draining)
      try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let after = await connection.textUntilClosed()
      #expect(after.hasPrefix("HTTP/1.1 200 OK"))
      #expect(after.lowercased().contains("connection: close"))
      try await connection.close()
    }
    try await world.engine.shutdown()
  }

  @Test func `a connection that has asked nothing yet is answered after the listener has closed`() async throws {
    let world = try await Self.world()
    try await RunningService.with(world) { running in
      let new = try await RawConnection.open(port: running.port)
      let used = try await RawConnection.open(port: running.port)
      try await used.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = await used.text(until: "}")
      await running.stop()
      while let late = try? await RawConnection.open(port: running.port) { try await late.close() }
      for connection in [new, used] {
        try await connection.send("GET /search?q=water HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = SimpleClient.parsed(await connection.textUntilClosed())
        #expect(answer.status == 200)
        #expect(answer.head.lowercased().contains("connection: close"))
        try await connection.close()
      }
    }
    #expect(world.service.openConnections == 0)
    try await world.engine.shutdown()
  }

  @Test func `a connection that stays quiet holds nothing up`() async throws {
    let world = try await Self.world(quiet: .milliseconds(1))
    try await RunningService.with(world) { running in
      let quiet = try await RawConnection.open(port: running.port)
      let half = try await RawConnection.open(port: running.port)
      try await half.send("GET /healthz HTTP/1.1\r\nHo")
      await running.stop()
      #expect(await quiet.textUntilClosed().isEmpty)
      #expect(await half.textUntilClosed().isEmpty)
    }
    try await world.engine.shutdown()
  }

  @Test func `pipelined requests are all answered, the last one says close`() async throws {
    let gate = TestGate()
    let world = try await Self.world(gate: gate)
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      let request = "GET /search?q=water HTTP/1.1\r\nHost: localhost\r\n\r\n"
      try await connection.send(request + request + request)
      await gate.waitForArrivals(1)
      await running.stop()
      gate.open()
      let text = await connection.textUntilClosed()
      #expect(text.split(separator: "HTTP/1.1 200 OK").count == 3)
      #expect(text.lowercased().split(separator: "connection: close", omittingEmptySubsequences: false).count == 2)
      try await connection.close()
    }
    try await world.engine.shutdown()
  }
}
