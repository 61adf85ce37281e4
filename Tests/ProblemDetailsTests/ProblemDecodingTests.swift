import ProblemDetails
import Testing

@Suite struct ProblemDecodingTests {
  @Test func `A foreign problem keeps its unknown members`() throws {
    let document =
      #"{"title":"Low funds","balance":30,"accounts":["/1","/2"],"a-b":{"x":null},"type":"https://e.example/funds"}"#
    let problem = try ProblemDetails(decoding: document.utf8)
    #expect(problem.type == "https://e.example/funds")
    #expect(problem.title == "Low funds")
    #expect(problem.status == nil)
    #expect(problem.extensions == ["balance": 30, "accounts": ["/1", "/2"], "a-b": ["x": .null]])
    #expect(problem.exitStatus == .failure)
  }

  @Test("A member of the wrong type counts as absent", arguments: ["null", "true", "[]", "{}", "1.5", "[404]"])
  func illTyped(json: String) throws {
    let document =
      #"{"type":\#(json),"title":\#(json),"status":\#(json),"detail":\#(json),"instance":\#(json),"kept":1}"#
    #expect(try ProblemDetails(decoding: document.utf8) == ProblemDetails(extensions: ["kept": 1]))
  }

  static let statuses: [(String, Int?)] = [
    ("404", 404), ("404.0", 404), ("4.04e2", 404), ("100", 100), ("599", 599), ("\"404\"", nil), ("99", nil),
    ("600", nil),
    ("-404", nil), ("404.5", nil), ("1e300", nil),
  ]

  @Test("A status is a number within 100-599, however it is written", arguments: statuses)
  func status(json: String, expected: Int?) throws {
    #expect(try ProblemDetails(decoding: #"{"status":\#(json)}"#.utf8).status == expected)
  }

  @Test("Only an object is a problem", arguments: ["[]", "null", "\"problem\"", "42"])
  func notAnObject(json: String) {
    #expect(throws: ProblemDetailsError(.notAnObject, "")) { try ProblemDetails(decoding: json.utf8) }
  }

  @Test func `A document with two statuses is refused unless the caller takes the later one`() throws {
    let document = #"{"status":404,"status":500}"#
    #expect(throws: ProblemDetailsError(.duplicateMember, "")) { try ProblemDetails(decoding: document.utf8) }
    #expect(try ProblemDetails(decoding: document.utf8, duplicates: .keepLast).status == 500)
  }

  @Test func `An instance is fresh, and a URN of a random UUID`() {
    let instances = Set((0..<100).map { _ in ProblemDetails.newInstance() })
    #expect(instances.count == 100)
    for instance in instances {
      #expect(
        instance.wholeMatch(of: /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }
  }
}
