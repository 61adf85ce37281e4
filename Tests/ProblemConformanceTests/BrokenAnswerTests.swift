import ProblemConformance
import ProblemDetails
import Testing

/// The proof that the suite bites: each broken responder is caught by its rule, and by no other.
@Suite struct BrokenAnswerTests {
  /// A responder with one fault.
  struct Broken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rule: String
    let answer: ProblemAnswer

    init(_ rule: String, _ name: String, _ answer: ProblemAnswer) {
      (self.rule, testDescription, self.answer) = (rule, "\(rule) \(name)", answer)
    }

    init(_ rule: String, _ name: String, member: String, _ value: ProblemValue?) {
      self.init(rule, name, SoundAnswer.answer { $0[member] = value })
    }

    init(_ rule: String, _ name: String, header: String, _ value: String?) {
      var answer = SoundAnswer.answer()
      answer.headers.removeAll { $0.name.lowercased() == header.lowercased() }
      if let value { answer.headers.append(.init(header, value)) }
      self.init(rule, name, answer)
    }

    init(_ rule: String, _ name: String, body: String) {
      var answer = SoundAnswer.answer()
      answer.body = Array(body.utf8)
      self.init(rule, name, answer)
    }
  }

  private static let suite = ProblemSuite(types: SoundAnswer.types, secrets: ["hunter2"])
  private static let one = ProblemValue.object(SoundAnswer.members).json

  static let broken: [Broken] = [
    Broken("R1", "tells text", body: "not found"), Broken("R1", "tells a list", body: "[\(one)]"),
    Broken("R1", "tells nothing", body: ""),
    Broken("R1", "repeats a member", body: one.dropLast() + #","status":404}"#),
    Broken("R1", "says application/json", header: "Content-Type", "application/json"),
    Broken("R1", "says text/html to a browser", header: "Content-Type", "text/html"),
    Broken("R1", "sends a charset", header: "Content-Type", "application/problem+json; charset=utf-8"),
    Broken("R1", "sends no media type", header: "Content-Type", nil),
    Broken("R2", "has no type", member: "type", nil), Broken("R2", "has a number as type", member: "type", 404),
    Broken("R2", "has an empty type", member: "type", ""),
    Broken("R2", "has a sentence as type", member: "type", "not found"),
    Broken("R3", "has no status", member: "status", nil), Broken("R3", "has a text as status", member: "status", "404"),
    Broken("R3", "has a fraction as status", member: "status", 404.5),
    Broken("R3", "has a status beyond HTTP", member: "status", 1000),
    Broken("R3", "tells another status than the answer", member: "status", 400),
    Broken("R4", "has no title", member: "title", nil),
    Broken("R4", "has a list as title", member: "title", ["Not found"]),
    Broken("R4", "puts the path into the title", member: "title", "/nowhere not found"),
    Broken("R6", "has an object as detail", member: "detail", ["text": "nothing here"]),
    Broken("R6", "leaks the error underneath", member: "detail", "login failed: hunter2"),
    Broken("R6", "leaks in an extension", member: "cause", "login failed: hunter2"),
    Broken("R6", "tells a stack", member: "detail", "crash at 0x00007f31"),
    Broken("R6", "tells a query", member: "detail", "no such column: SELECT id FROM chunks"),
    Broken("R6", "tells a path of the host", member: "detail", "cannot open /home/ann/index"),
    Broken("R7", "has no instance", member: "instance", nil),
    Broken("R7", "has the path as instance", member: "instance", "/nowhere"),
    Broken("R7", "has the target as instance", member: "instance", "/nowhere?q=a"),
    Broken("R7", "has a sentence as instance", member: "instance", "this one"),
    Broken("R8", "has a hyphen in a name", member: "retry-after", 3), Broken("R8", "has a short name", member: "id", 3),
    Broken("R8", "begins a name with a digit", member: "3rd", 3), Broken("R8", "has a null", member: "code", .null),
    Broken("R9", "has errors as text", member: "errors", "q is missing"),
    Broken("R9", "has texts as errors", member: "errors", ["q is missing"]),
    Broken("R9", "has no errors in errors", member: "errors", []),
    Broken("R9", "has an error without detail", member: "errors", [["pointer": "#/q"]]),
    Broken("R9", "has a path as pointer", member: "errors", [["detail": "missing", "pointer": "/q"]]),
    Broken("R9", "has a wild tilde in a pointer", member: "errors", [["detail": "missing", "pointer": "#/a~b"]]),
    Broken(
      "R9", "tells problems of several types", member: "problems",
      [["type": "/problems/not-found"], ["type": "/problems/invalid"]]),
    Broken(
      "R10", "sends a type that nobody published",
      SoundAnswer.answer { ($0["type"], $0["title"]) = ("/problems/unheard-of", "Unheard of") }),
    Broken("R11", "may be stored", header: "Cache-Control", "max-age=60"),
    Broken("R11", "tells more than anybody reads", member: "dump", .string(String(repeating: "x", count: 70_000))),
    Broken("R11", "answers 401 without a challenge", SoundAnswer.answer(SoundAnswer.types[2], [])),
    Broken("R11", "answers 405 without Allow", SoundAnswer.answer(SoundAnswer.types[3], [])),
    Broken(
      "R11", "allows what it refuses", SoundAnswer.answer(SoundAnswer.types[3], [.init("Allow", "GET, POST")])),
    Broken("R11", "answers 503 without Retry-After", SoundAnswer.answer(SoundAnswer.types[4], [])),
    Broken(
      "R11", "asks to come back soon", SoundAnswer.answer(SoundAnswer.types[5], [.init("Retry-After", "soon")])),
    Broken("R11", "has a body for HEAD", answer(method: "HEAD", status: 404)),
    Broken("R11", "tells a problem with 200", answer(method: "HEAD", status: 200)),
  ]

  private static func answer(method: String, status: Int) -> ProblemAnswer {
    var answer = SoundAnswer.answer()
    (answer.method, answer.status) = (method, status)
    return answer
  }

  @Test(arguments: broken) func `a broken responder is caught by its rule and no other`(broken: Broken) {
    let found = Self.suite.findings(in: broken.answer)
    #expect(Set(found.map(\.rule.id)) == [broken.rule], "\(found)")
    #expect(found.allSatisfy { $0.description.contains("RFC") })
  }

  @Test func `a relative type without its path is caught`() {
    let found = Self.suite.findings(in: SoundAnswer.answer { $0["type"] = "not-found" })
    #expect(found.map(\.rule.id) == ["R2", "R10"])
  }

  @Test func `about:blank has the phrase of its status, and says too little for the strict profile`() {
    func found(_ profile: ProblemSuite.Profile, _ title: String) -> [String] {
      ProblemSuite(profile, types: []).findings(
        in: SoundAnswer.answer { ($0["type"], $0["title"]) = ("about:blank", .string(title)) }
      ).map(\.rule.id)
    }
    #expect(found(.standard, "Not Found") == [])
    #expect(found(.standard, "Oops") == ["R5"])
    #expect(found(.strict, "Not Found") == ["R2"])
  }

  @Test func `a status or a title that is not the published one is caught`() {
    var types = SoundAnswer.types
    types[0].status = 410
    #expect(ProblemSuite(types: types).findings(in: SoundAnswer.answer()).map(\.rule.id) == ["R10"])
  }

  @Test func `among answers, a title that varies and an instance that comes twice are caught`() {
    var suite = Self.suite
    suite.types = []
    let first = SoundAnswer.answer()
    #expect(suite.findings(among: [first, SoundAnswer.answer { $0["instance"] = "urn:uuid:other" }]) == [])
    let title = SoundAnswer.answer { ($0["title"], $0["instance"]) = ("Nothing there", "urn:uuid:other") }
    #expect(suite.findings(among: [first, title]).map(\.rule.id) == ["R4"])
    #expect(suite.findings(among: [first, first]).map(\.rule.id) == ["R7"])
  }

  @Test func `right answers are left in peace`() {
    var answers = [
      SoundAnswer.answer(), SoundAnswer.answer { $0["detail"] = nil },
      SoundAnswer.answer {
        $0["errors"] = [["detail": "missing", "pointer": "#/a~1b~0c"], ["detail": "too long", "pointer": "#"]]
      },
      SoundAnswer.answer(SoundAnswer.types[2], [.init("WWW-Authenticate", "Bearer")]),
      SoundAnswer.answer(SoundAnswer.types[3], [.init("ALLOW", "HEAD, POST")]),
      SoundAnswer.answer(SoundAnswer.types[4], [.init("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")]),
      SoundAnswer.answer(SoundAnswer.types[5], [.init("retry-after", "3")]),
    ]
    var head = SoundAnswer.answer()
    (head.method, head.body) = ("HEAD", [])
    answers.append(head)
    for answer in answers { #expect(Self.suite.findings(in: answer) == []) }
  }

  @Test func `what the RFC leaves open is open in the standard profile`() {
    let suite = ProblemSuite(.standard, types: [])
    var bare = SoundAnswer.answer()
    bare.headers = [.init("Content-Type", "application/problem+json")]
    bare.body = Array("{}".utf8)
    #expect(suite.findings(in: bare) == [])
    let foreign = SoundAnswer.answer { $0["type"] = "https://example.com/probs/none" }
    #expect(suite.findings(in: foreign) == [])
  }

  @Test func `types that are published badly are caught`() async {
    let entry = ProblemTypeEntry(uri: "/problems/a", title: "A", status: 404)
    for (name, types) in [
      ("twice", [entry, entry]), ("sentence", [ProblemTypeEntry(uri: "a b", title: "A", status: 404)]),
      ("untitled", [ProblemTypeEntry(uri: "/a", title: "", status: 404)]),
      ("success", [ProblemTypeEntry(uri: "/a", title: "A", status: 200)]),
    ] {
      #expect(ProblemSuite(types: types).findingsInTypes().map(\.rule.id) == ["R10"], "\(name)")
    }
    #expect(ProblemSuite(types: SoundAnswer.types).findingsInTypes() == [])
  }

  @Test func `pages that are missing or tell too little are caught`() async {
    struct Refused: Error {}
    let suite = ProblemSuite(types: [SoundAnswer.types[0]])
    func found(_ status: Int, _ text: String?) async -> [String] {
      await suite.findingsInPages { uri in
        guard let text else { throw Refused() }
        return ProblemAnswer(target: uri, status: status, headers: [], body: Array(text.utf8))
      }.map(\.rule.id)
    }
    #expect(await found(200, "Not found: /problems/not-found, status 404") == [])
    #expect(await found(404, "Not found: /problems/not-found, status 404") == ["R10"])
    #expect(await found(200, "Not found: /problems/not-found") == ["R10"])
    #expect(await found(200, "404 /problems/not-found") == ["R10"])
    #expect(await found(200, nil) == ["R10"])
  }

  @Test func `every rule about answers has a broken responder`() {
    let elsewhere: Set = ["R5"]
    let ids = ProblemRule.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(ids) == Set((1...11).map { "R\($0)" } + (1...4).map { "C\($0)" }))
    #expect(Set(Self.broken.map(\.rule)).union(elsewhere) == Set(ids.filter { $0.hasPrefix("R") }))
  }
}
