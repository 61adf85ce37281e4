import ProblemConformance
import ProblemDetails
import Testing

/// Our own problem types and the mapping from errors to them.
@Suite struct OwnTypesTests {
  private static let types = ProblemCatalogue.all.map {
    ProblemTypeEntry(uri: $0.uri, title: $0.title, status: $0.status)
  }

  /// An error with a code of the catalogue, and members as wild as an error may bring.
  private struct Told: ProblemConvertible {
    struct Cause: Error, CustomStringConvertible { var description: String { "password hunter2" } }

    let problemCode: String
    var problemDetail: String { "It did not work; ask again." }
    var problemExtensions: [String: ProblemValue] {
      ["cell": "faiss", "retry-after": 3, "id": 1, "status": 200, "nothing": .null, "retry_after_seconds": 2.5]
    }
    var problemCause: (any Error)? { Cause() }
  }

  private static func answer(_ problem: ProblemDetails) throws -> ProblemAnswer {
    var headers: [ProblemAnswer.Header] = [
      .init("Content-Type", ProblemDetails.mediaType), .init("Cache-Control", "no-store"),
    ]
    // What the transport adds is the transport's to prove: see the service's own tests.
    for name in ["Allow", "WWW-Authenticate"] { headers.append(.init(name, "POST")) }
    headers.append(.init("Retry-After", "1"))
    return ProblemAnswer(target: "/search", status: problem.status ?? 0, headers: headers, body: try problem.encoded())
  }

  @Test func `what is published is sound`() {
    #expect(ProblemSuite(types: Self.types).findingsInTypes() == [])
  }

  @Test func `every code of the catalogue is told as a sound problem, redacted or not`() throws {
    let suite = ProblemSuite(types: Self.types, secrets: ["hunter2"])
    var answers: [ProblemAnswer] = []
    for code in ProblemCatalogue.all.flatMap(\.codes) {
      for redaction in [ProblemRedaction.none, .serverFaults] {
        let answer = try Self.answer(ProblemDetails(Told(problemCode: code), redaction: redaction))
        #expect(suite.findings(in: answer) == [], "\(code)")
        answers.append(answer)
      }
    }
    #expect(answers.count > 100)
    #expect(suite.findings(among: answers) == [])
  }

  @Test func `a foreign error is an internal one and tells nothing`() throws {
    let suite = ProblemSuite(types: Self.types, secrets: ["hunter2"])
    let problem = ProblemDetails(describing: Told.Cause(), redaction: .serverFaults)
    #expect(suite.findings(in: try Self.answer(problem)) == [])
    let shown = ProblemDetails(describing: Told.Cause())
    #expect(suite.findings(in: try Self.answer(shown)).map(\.rule.id) == ["R6"])
  }
}
