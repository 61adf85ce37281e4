import CodeIntel
import HTTPTypes
import Hummingbird
import ProblemConformance
import ProblemDetails
import Testing

@testable import CodeIntelServer

/// The suite for problem documents against the live service, over real connections: every error route, in every way it can be
/// asked for.
@Suite(.timeLimit(.minutes(15))) struct ProblemSuiteTests {
  /// Asks over the wire and remembers what was wrong.
  private struct Examiner: Sendable {
    let client: SimpleClient

    func ask(
      _ method: String, _ target: String, token: String? = nil, headers: [(name: String, value: String)] = [],
      body: String? = nil
    ) async throws -> ProblemAnswer {
      let answer = try await client.send(method, target, token: token, headers: headers, body: body)
      return ProblemAnswer(answer, to: method, target)
    }

    /// Asks for what must fail, and checks the answer.
    func fail(
      _ method: String, _ target: String, token: String? = nil, headers: [(name: String, value: String)] = [],
      body: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProblemAnswer {
      let answer = try await ask(method, target, token: token, headers: headers, body: body)
      #expect(answer.status >= 400, "\(method) \(target.prefix(80))", sourceLocation: sourceLocation)
      #expect(ProblemShape.suite.findings(in: answer) == [], sourceLocation: sourceLocation)
      return answer
    }
  }

  private static func examine<R: Sendable>(
    _ world: ServerWorld, _ body: @Sendable (Examiner) async throws -> R
  ) async throws -> R {
    let result = try await RunningService.with(world) { try await body(Examiner(client: SimpleClient(port: $0.port))) }
    try await world.engine.shutdown()
    return result
  }

  /// What a client may say that it accepts; a problem comes whatever it is.
  private static let accepted = ["text/html", "application/xml;q=0.9, application/json;q=0", "image/png", ""]

  @Test func `every wrong request is answered by a sound problem, whatever the client accepts`() async throws {
    let answers = try await Self.examine(try await ServerWorld()) { examiner in
      var answers: [ProblemAnswer] = []
      for (number, wrong) in ErrorRouteTests.cases.enumerated() {
        var headers = wrong.headers.map { ($0.name.rawName, $0.value) }
        answers.append(
          try await examiner.fail(wrong.method.rawValue, wrong.uri, headers: headers, body: wrong.body))
        headers.append(("Accept", Self.accepted[number % Self.accepted.count]))
        answers.append(
          try await examiner.fail(wrong.method.rawValue, wrong.uri, headers: headers, body: wrong.body))
      }
      return answers
    }
    #expect(ProblemShape.suite.findings(among: answers) == [])
  }

  @Test func `HEAD is answered as GET is, without a body`() async throws {
    try await Self.examine(try await ServerWorld()) { examiner in
      for wrong in ErrorRouteTests.cases where wrong.method == .get {
        let get = try await examiner.fail("GET", wrong.uri)
        let head = try await examiner.fail("HEAD", wrong.uri)
        #expect(head.status == get.status, "\(wrong.uri.prefix(80))")
        #expect(head.body.isEmpty)
      }
    }
  }

  @Test func `every path answers a wrong method by a sound problem with Allow`() async throws {
    let world = try await ServerWorld()
    let paths = Set(world.service.table.routes.map(\.path))
    try await Self.examine(world) { examiner in
      for path in paths.sorted() {
        let uri = path.replacing("{name}", with: "hybrid").replacing("{slug}", with: "no-index")
        for method in ["PUT", "DELETE", "PATCH", "PROPFIND"] {
          let answer = try await examiner.fail(method, uri)
          #expect(answer.status == 405)
          #expect(answer["Allow"] != nil)
        }
      }
    }
  }

  @Test func `administration: no token, a wrong one, no such cell, too often, switched off`() async throws {
    var settings = ServerWorld.settings
    settings.adminRate = RequestRate(burst: 6, perMinute: 1)
    let statuses = try await Self.examine(try await ServerWorld(settings: settings)) { examiner in
      var statuses: [Int] = []
      for token in [nil, "wrong", ServerWorld.token, "wrong", nil, nil, nil] {
        let answer = try await examiner.fail("POST", "/admin/cells/nobody/close", token: token)
        statuses.append(answer.status)
        if answer.status == 401 { #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer") == true) }
        if answer.status == 429 { #expect(answer["Retry-After"].flatMap { Int($0) } ?? 0 > 0) }
      }
      return statuses
    }
    #expect(Set(statuses) == [401, 404, 429])
    try await Self.examine(try await ServerWorld(token: nil)) { examiner in
      let answer = try await examiner.fail("POST", "/admin/index/swap", token: "any")
      #expect(answer.status == 403)
    }
  }

  @Test func `no index, a service that is not ready, a fault of ours: each says when to come back, and no more`()
    async throws
  {
    struct Secret: Error, CustomStringConvertible { var description: String { "password hunter2 at /etc/secret" } }
    try await Self.examine(try await ServerWorld(indexed: false)) { examiner in
      let answer = try await examiner.fail("GET", "/search?q=water")
      #expect(answer.status == 503)
    }
    try await Self.examine(try await ServerWorld(required: ["hybrid"], isReady: false)) { examiner in
      for method in ["GET", "HEAD"] {
        let answer = try await examiner.fail(method, "/readyz")
        #expect(answer.status == 503)
      }
    }
    let faulty = try await ServerWorld { factories in factories.currentGeneration = { _ in throw Secret() } }
    try await Self.examine(faulty) { examiner in
      let answer = try await examiner.fail("GET", "/search?q=water")
      #expect(answer.status == 503)
    }
  }

  @Test func `the type of every problem leads to a page that tells what it means`() async throws {
    let findings = try await Self.examine(try await ServerWorld()) { examiner in
      await ProblemShape.suite.findingsInPages { try await examiner.ask("GET", $0) }
    }
    #expect(findings == [])
    #expect(ProblemShape.suite.findingsInTypes() == [])
  }

  @Test func `a service with a fault in its mapping would be caught`() async throws {
    // The wire between the service and the suite: what the mapper did not set cannot be told as if it had.
    try await Self.examine(try await ServerWorld()) { examiner in
      let page = try await examiner.ask("GET", "/problems/no-index")
      let rules = ProblemShape.suite.findings(in: page).map(\.rule.id)
      #expect(rules == ["R11", "R1"])
    }
  }
}
