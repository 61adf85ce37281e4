import ProblemDetails
import Testing

/// Problems that came by HTTP: the status that counts, and what a type is where it came from.
@Suite struct ProblemAnswerTests {
  static let address = "http://service.example:8080/admin/cells/hybrid/swap?x=1"

  private func read(_ json: String, _ status: Int = 503) throws -> ProblemDetails {
    try ProblemDetails(decoding: json.utf8, answered: status, at: Self.address)
  }

  @Test(arguments: [#"{"status":404}"#, "{}", #"{"status":"503"}"#, #"{"status":503}"#])
  func `the status is that of the answer`(json: String) throws { #expect(try read(json).status == 503) }

  @Test(arguments: [
    ("/problems/no-index", "/problems/no-index"),
    ("http://service.example:8080/problems/no-index", "/problems/no-index"),
    ("//service.example:8080/problems/no-index", "/problems/no-index"),
    ("https://service.example:8080/problems/no-index", "https://service.example:8080/problems/no-index"),
    ("http://other.example/problems/no-index", "http://other.example/problems/no-index"),
    ("about:blank", "about:blank"), ("urn:a:b", "urn:a:b"),
  ])
  func `a type of the service itself is known by its path`(type: String, read expected: String) throws {
    let problem = try read(#"{"type":"\#(type)"}"#)
    #expect(problem.type == expected)
    #expect((problem.exitStatus != .failure) == (expected == "/problems/no-index"))
  }

  @Test func `a type is identified where it came from`() {
    func identity(_ type: String) -> String { ProblemDetails(type: type).identity(at: Self.address) }
    #expect(identity("/problems/no-index") == "http://service.example:8080/problems/no-index")
    #expect(identity("no-index") == "http://service.example:8080/admin/cells/hybrid/no-index")
    #expect(identity("about:blank") == "about:blank")
    #expect(identity("a b") == "a b")
  }
}
