import CellContract
import CodeIntel
import Embedding
import EngineTesting
import Foundation
import ProblemDetails
import Retrieval
import RuntimeCells
import Testing

@testable import CodeIntelServer

/// Deadlines, clients that leave, overload, blocked factories and shutdown, told by order and not by time.
@Suite(.timeLimit(.minutes(15))) struct PressureTests {
  private static func gated(
    _ gate: TestGate, _ change: (inout ServerSettings) -> Void = { _ in }
  ) async throws -> ServerWorld {
    var settings = ServerWorld.settings
    change(&settings)
    return try await ServerWorld(settings: settings) { factories in
      factories.embedder = { _ in GatedEmbedder(gate: gate) }
    }
  }

  @Test func `a search whose client has gone is cancelled`() async throws {
    let gate = TestGate()
    let world = try await Self.gated(gate)
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /search?q=water HTTP/1.1\r\nHost: localhost\r\n\r\n")
      await gate.waitForArrivals(1)
      try await connection.close()
      await gate.waitForCancellations(1)
      // The place in the queue is free again.
      gate.open()
      #expect(try await SimpleClient(port: running.port).send("GET", "/search?q=water").status == 200)
    }
    #expect(world.metrics.contains(#"http_route="/search",http_response_status_code="499"} 1"#))
    try await world.engine.shutdown()
  }

  @Test func `a client that ends its sending side is told so and the search stops`() async throws {
    let gate = TestGate()
    let world = try await Self.gated(gate)
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /search?q=water HTTP/1.1\r\nHost: localhost\r\n\r\n")
      await gate.waitForArrivals(1)
      try await connection.finishSending()
      await gate.waitForCancellations(1)
      let answer = SimpleClient.parsed(await connection.textUntilClosed())
      try ProblemShape.check(answer, 499, "client-closed-request")
      gate.open()
    }
    try await world.engine.shutdown()
  }

  @Test func `a channel that hangs is cancelled and left out before the deadline`() async throws {
    let gate = TestGate()
    let clock = ManualClock()
    // A wide gate at the keywords, because it counts who passed.
    let world = try await ServerWorld(environment: ["CODEINTEL_CELL_GATES": "bm25:100"], clock: clock.cellClock) {
      $0.embedder = { _ in GatedEmbedder(gate: gate) }
    }
    try await RunningService.with(world) { running in
      async let search = SimpleClient(port: running.port).send("GET", "/search?q=water&deadline=1000")
      await gate.waitForArrivals(1)
      // The opening of the index and the search: both are through.
      while world.engine.snapshot().first(where: { $0.name == "bm25" }).map({ $0.usersSoFar < 2 || $0.leases > 0 })
        != false
      { await Task.yield() }
      clock.advance(by: .milliseconds(800))
      let answer = try await search
      #expect(answer.status == 200)
      let response = try JSONDecoder().decode(SearchResponse.self, from: Data(answer.body))
      #expect(!response.hits.isEmpty)
      #expect(response.limits == ["faiss gave no answer within 800 ms and was left out"])
      await gate.waitForCancellations(1)
      gate.open()
    }
    try await world.engine.shutdown()
  }

  @Test(arguments: [true, false])
  func `a search without any answer at its deadline is told`(isOpening: Bool) async throws {
    let gate = TestGate()
    let clock = ManualClock()
    let world = try await ServerWorld(clock: clock.cellClock) { factories in
      factories.embedder = { _ in
        if isOpening { try await gate.pass() }
        return GatedEmbedder(gate: gate)
      }
    }
    try await RunningService.with(world) { running in
      async let search = SimpleClient(port: running.port).send("GET", "/search?q=water&channels=faiss&deadline=20")
      await gate.waitForArrivals(1)
      while clock.sleepers < 1 { await Task.yield() }
      clock.advance(by: .milliseconds(20))
      let answer = try await search
      #expect(answer.status == 504)
      let members = try ProblemShape.check(answer, 504, "deadline-exceeded")
      #expect(members["deadline_ms"] == 20)
      gate.open()
    }
    try await world.engine.shutdown()
  }

  @Test func `a full queue turns away at once and lets in again`() async throws {
    let gate = TestGate()
    let world = try await Self.gated(gate) {
      $0.searchLimits = GateLimits(maxConcurrency: 1, maxQueue: 1, queueDeadline: .seconds(100))
    }
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      async let first = client.send("GET", "/search?q=water")
      await gate.waitForArrivals(1)
      async let second = client.send("GET", "/search?q=water")
      while world.service.searchGate.gateQueue < 1 { await Task.yield() }
      let third = try await client.send("GET", "/search?q=water")
      #expect(third.status == 503)
      #expect(third.head.contains("Retry-After: "))
      try ProblemShape.check(third, 503, "cell-overloaded")
      // Probes and scrapes pass by the gate.
      #expect(try await client.send("GET", "/healthz").status == 200)
      gate.open()
      #expect(try await first.status == 200)
      #expect(try await second.status == 200)
      #expect(try await client.send("GET", "/search?q=water").status == 200)
      #expect(world.service.searchGate.gateActive == 0)
    }
    try await world.engine.shutdown()
  }

  @Test func `who waits too long in the queue is turned away`() async throws {
    let gate = TestGate()
    let world = try await Self.gated(gate) {
      $0.searchLimits = GateLimits(maxConcurrency: 1, maxQueue: 8, queueDeadline: .milliseconds(10))
    }
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      async let first = client.send("GET", "/search?q=water")
      await gate.waitForArrivals(1)
      let late = try await client.send("GET", "/search?q=water")
      #expect(late.status == 503)
      gate.open()
      let answer = try await first
      #expect(answer.status == 200)
    }
    try await world.engine.shutdown()
  }

  @Test func `healthz answers while a synchronous factory blocks`() async throws {
    let gate = BlockingGate()
    let world = try await ServerWorld { factories in
      factories.embedder = { _ in
        gate.pass()
        return HashingEmbedder()
      }
    }
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      // More searches than the cooperative pool has threads.
      async let searches = withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<6 { group.addTask { try await client.send("GET", "/search?q=water").status } }
        var statuses: [Int] = []
        for try await status in group { statuses.append(status) }
        return statuses
      }
      await gate.waitForArrival()
      #expect(!world.engine.embedder.isReady)
      for _ in 0..<20 {
        let alive = try await client.send("GET", "/healthz")
        #expect(alive.status == 200)
      }
      #expect(try await client.send("GET", "/readyz").status == 200)
      #expect(!world.engine.embedder.isReady)
      gate.open()
      let statuses = try await searches
      #expect(statuses == [200, 200, 200, 200, 200, 200])
    }
    try await world.engine.shutdown()
  }

  @Test func `a request that was accepted is answered after the shutdown began`() async throws {
    let gate = TestGate()
    let world = try await Self.gated(gate)
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /search?q=water HTTP/1.1\r\nHost: localhost\r\n\r\n")
      await gate.waitForArrivals(1)
      await running.stop()
      // The listener closes; until then connections are taken, and one may be in its queue.
      while (try? await RawConnection.open(port: running.port)) != nil { await Task.yield() }
      #expect(!running.hasEnded())
      gate.open()
      let answer = SimpleClient.parsed(await connection.textUntilClosed())
      #expect(answer.status == 200)
    }
    #expect(world.service.openConnections == 0)
    try await world.engine.shutdown()
  }

  @Test func `a stream of events ends with the shutdown and does not hold it up`() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let first = await connection.text(until: "\n\n")
      #expect(first.contains("Content-Type: text/event-stream"))
      #expect(first.contains("event: cells"))
      #expect(first.contains(#""name":"hybrid""#))
      await running.stop()
      _ = await connection.textUntilClosed()
    }
    try await world.engine.shutdown()
  }

  @Test func `only so many may watch`() async throws {
    var settings = ServerWorld.settings
    settings.maximumWatchers = 1
    settings.watchInterval = .milliseconds(1)
    let world = try await ServerWorld(settings: settings)
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      let connection = try await RawConnection.open(port: running.port)
      try await connection.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = await connection.text(until: "\n\n")
      let second = try await client.send("GET", "/events")
      #expect(second.status == 429)
      try ProblemShape.check(second, 429, "too-many-requests")
      // HEAD takes no place for good.
      #expect(try await client.send("HEAD", "/events").status == 429)
      try await connection.close()
      while try await client.send("HEAD", "/events").status != 200 { await Task.yield() }
      #expect(try await client.send("HEAD", "/events").status == 200)
    }
    try await world.engine.shutdown()
  }
}

extension CellSnapshot {
  /// How many have passed the gate or given up at it.
  fileprivate var usersSoFar: Int { gateWaits.map { Int($0.count) } ?? 0 }
}
