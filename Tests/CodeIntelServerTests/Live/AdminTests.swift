import CellContract
import CodeIntel
import EngineTesting
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import ProblemDetails
import Retrieval
import RuntimeCells
import Testing

@testable import CodeIntelServer

/// The admin routes, over a real connection from this host.
@Suite struct AdminTests {
  static let routes = [
    "/admin/cells/hybrid/swap", "/admin/cells/hybrid/close", "/admin/cells/hybrid/prewarm", "/admin/index/swap",
  ]

  @Test func `without the right token nothing is done`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.live) { client in
      for route in Self.routes {
        let none = try await client.send(.post, route)
        try ProblemShape.check(none, 401, "unauthorized")
        #expect(none.headers[.wwwAuthenticate] == "Bearer realm=\"codeintel admin\"")
        for wrong in ["Bearer wrong", "Bearer \(ServerWorld.token)x", "Basic \(ServerWorld.token)", "Bearer ", "é"] {
          let response = try await client.send(.post, route, headers: [.authorization: wrong])
          try ProblemShape.check(response, 401, "unauthorized")
          #expect(response.headers[.wwwAuthenticate]?.contains("invalid_token") == true)
        }
      }
    }
    #expect(world.engine.hybrid.snapshot().attempts == 0)
    try await world.engine.shutdown()
  }

  @Test func `the log has the reason that an administrator gives, and none of who has no token`() async throws {
    let lines = LineSink()
    let world = try await ServerWorld(logger: lines.logger)
    try await world.service.application().test(.live) { client in
      let body = #"{"reason": "ticket 42"}"#
      let route = "/admin/cells/hybrid/prewarm"
      let statuses = [
        try await client.send(.post, route, headers: .admin + .json, body: body).status,
        try await client.send(.post, "/admin/cells/nobody/swap", headers: .admin + .json, body: body).status,
        try await client.send(.post, route, headers: .admin).status,
        try await client.send(.post, route, headers: .json, body: body).status,
      ]
      #expect(statuses == [.ok, .notFound, .ok, .unauthorized])
    }
    let actions = try lines.lines("admin_action")
    #expect(actions.map { $0["reason"] } == ["ticket 42", "ticket 42", nil, nil])
    #expect(actions.map { $0["outcome"] } == ["ok", "unknown-cell", "ok", "unauthorized"])
    try await world.engine.shutdown()
  }

  @Test func `without a token file administration is off`() async throws {
    let world = try await ServerWorld(token: nil)
    try await world.service.application().test(.live) { client in
      for route in Self.routes {
        try ProblemShape.check(try await client.send(.post, route, headers: .admin), 403, "forbidden")
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `a peer that is not on this host is refused before its token is looked at`() async throws {
    // The router's own test channel has no address, so it is nobody on this host.
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let members = try ProblemShape.check(
        try await client.send(.post, "/admin/index/swap", headers: .admin), 403, "forbidden")
      #expect(members["code"] == "http.not-loopback")
    }
    try await world.engine.shutdown()
  }

  @Test func `prewarm makes ready, close empties, and the next search opens again`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.live) { client in
      let warm = try await client.send(.post, "/admin/cells/faiss/prewarm", headers: .admin).members()
      #expect(warm["cell"] == "hybrid")
      #expect(warm["outcome"] == "ok")
      #expect(world.engine.hybrid.isReady)
      let embedder = try await client.send(.post, "/admin/cells/vllm/prewarm", headers: .admin).members()
      #expect(embedder["cell"] == "vllm")
      let closed = try await client.send(.post, "/admin/cells/hybrid/close", headers: .admin).members()
      #expect(closed["outcome"] == "ok")
      #expect(!world.engine.hybrid.isReady)
      let again = try await client.send(.post, "/admin/cells/hybrid/close", headers: .admin).members()
      #expect(again["outcome"] == "noop")
      #expect(try await client.send(.get, "/search?q=water").answer().hits.isEmpty == false)
    }
    try await world.engine.shutdown()
  }

  @Test(arguments: [
    "nobody", "..%2f..%2fetc%2fpasswd", "hybrid%2f..%2fvllm", "hybrid%00", "HYBRID", "hybrid;x", "%E2%80%AEdirbyh",
    "bm26",
    String(repeating: "a", count: 8000),
  ])
  func `an unknown cell is a 404`(name: String) async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.live) { client in
      for verb in ["swap", "close", "prewarm"] {
        let response = try await client.send(.post, "/admin/cells/\(name)/\(verb)", headers: .admin)
        try ProblemShape.check(response, 404, "unknown-cell")
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `a swap serves the new generation and says from where to where`() async throws {
    let generations = try await TwoGenerations()
    let world = try ServerWorld(engine: generations.context, authority: generations.authority)
    try await world.service.application().test(.live) { client in
      #expect(try await client.send(.get, "/search?q=bicycle").answer().generation == 1)
      generations.choose(2)
      let swap = try await client.send(.post, "/admin/index/swap", headers: .admin).members()
      #expect(swap["from"] == 1)
      #expect(swap["to"] == 2)
      #expect(swap["duration_ms"] != nil)
      let answer = try await client.send(.get, "/search?q=bicycle").answer()
      #expect(answer.generation == 2)
      #expect(TwoGenerations.flaw(of: answer) == nil)
      let cell = try await client.send(
        .post, "/admin/cells/vllm/swap", headers: HTTPFields.admin + .json, body: #"{"reason":"new weights"}"#
      ).members()
      #expect(cell["cell"] == "vllm")
    }
    try await world.engine.shutdown()
  }

  @Test func `a swap without the guard is a 403 and one that does not fit a 422`() async throws {
    let generations = try await TwoGenerations(allowsSwap: false)
    let world = try ServerWorld(engine: generations.context, authority: generations.authority)
    try await world.service.application().test(.live) { client in
      let refused = try await client.send(.post, "/admin/index/swap", headers: .admin)
      try ProblemShape.check(refused, 403, "cell-swap-refused")
    }
    try await world.engine.shutdown()

    let models = Counter()
    let other = try await ServerWorld { factories in
      factories.embedder = { _ in HashingEmbedder(modelID: models.next() == 1 ? "hashing" : "other") }
    }
    try await other.service.application().test(.live) { client in
      _ = try await client.send(.get, "/search?q=water").answer()
      for route in ["/admin/cells/vllm/swap", "/admin/index/swap"] {
        let misfit = try await client.send(.post, route, headers: .admin)
        let members = try ProblemShape.check(misfit, 422, "index-incompatible")
        #expect(members["expected"] == "hashing")
        #expect(members["actual"] == "other")
        let answer = try await client.send(.get, "/search?q=water&channels=faiss,bm25").answer()
        #expect(answer.limits.isEmpty == (route == "/admin/cells/vllm/swap") && !answer.hits.isEmpty)
        // The other model comes by this way only; then no generation fits.
        _ = try await client.send(.post, "/admin/cells/vllm/close", headers: .admin).members()
      }
      #expect(other.engine.hybrid.snapshot().built == 1)
    }
    try await other.engine.shutdown()
  }

  @Test func `a second swap while one is running is a 409`() async throws {
    let gate = BlockingGate()
    let opened = Counter()
    let world = try await ServerWorld { factories in
      let open = factories.currentGeneration
      factories.currentGeneration = { settings in
        if opened.next() > 1 { gate.pass() }
        return try open(settings)
      }
    }
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      _ = try await client.send("GET", "/search?q=water")
      async let first = client.send("POST", "/admin/index/swap", token: ServerWorld.token)
      await gate.waitForArrival()
      let second = try await client.send("POST", "/admin/index/swap", token: ServerWorld.token)
      #expect(second.status == 409)
      try ProblemShape.check(second, 409, "cell-swap-in-progress")
      gate.open()
      #expect(try await first.status == 200)
    }
    try await world.engine.shutdown()
  }

  @Test func `bodies of admin requests are checked too`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.live) { client in
      let route = "/admin/cells/hybrid/prewarm"
      let cases: [(HTTPFields, String, Int, String)] = [
        (HTTPFields.admin, "{}", 415, "unsupported-media-type"),
        (HTTPFields.admin + .json, "{", 400, "bad-request"),
        (HTTPFields.admin + .json, #"{"other":1}"#, 422, "invalid-parameters"),
        (HTTPFields.admin + .json, #"{"reason":"\#(String(repeating: "x", count: 201))"}"#, 422, "invalid-parameters"),
      ]
      for (headers, body, status, slug) in cases {
        try ProblemShape.check(try await client.send(.post, route, headers: headers, body: body), status, slug)
      }
      #expect(!world.engine.hybrid.isReady)
    }
    try await world.engine.shutdown()
  }

  @Test func `too many requests are turned away until time has passed`() async throws {
    let clock = ManualClock()
    var settings = ServerWorld.settings
    settings.adminRate = RequestRate(burst: 2, perMinute: 6)
    let world = try await ServerWorld(settings: settings, clock: clock.cellClock)
    try await world.service.application().test(.live) { client in
      for _ in 0..<2 { try ProblemShape.check(try await client.send(.post, "/admin/index/swap"), 401, "unauthorized") }
      let response = try await client.send(.post, "/admin/index/swap", headers: .admin)
      let members = try ProblemShape.check(response, 429, "too-many-requests")
      #expect(response.headers[.retryAfter] == "10")
      #expect(members["retry_after_seconds"] != nil)
      clock.advance(by: .seconds(10))
      try ProblemShape.check(try await client.send(.post, "/admin/index/swap"), 401, "unauthorized")
    }
    try await world.engine.shutdown()
  }

  @Test func `each admin request leaves one line in the audit log, without the token`() async throws {
    let log = LogCapture()
    let world = try await ServerWorld(logger: log.logger)
    try await world.service.application().test(.live) { client in
      _ = try await client.send(.post, "/admin/cells/hybrid/prewarm", headers: .admin)
      _ = try await client.send(
        .post, "/admin/cells/hybrid/close", headers: [.authorization: "Bearer guess-guess-guess"])
    }
    let lines = log.lines.filter { $0.message == "admin_action" }
    #expect(lines.map { $0.metadata["outcome"] } == ["ok", "unauthorized"])
    #expect(lines.map { $0.metadata["action"] } == ["prewarm", "close"])
    #expect(lines.allSatisfy { $0.level == .notice && $0.metadata["remote"]?.isEmpty == false })
    #expect(lines.allSatisfy { $0.metadata["request_id"]?.isEmpty == false })
    let everything = log.lines.map { "\($0)" }.joined()
    #expect(!everything.contains(ServerWorld.token) && !everything.contains("guess-guess"))
    try await world.engine.shutdown()
  }
}
