import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemConformance
import ProblemDetails
import Testing

/// Answers that came by HTTP, held against RFC 9457 and RFC 9110 by the suite that knows them.
enum ProblemShape {
  /// What our service publishes.
  static let suite = ProblemSuite(
    types: ProblemCatalogue.all.map { ProblemTypeEntry(uri: $0.uri, title: $0.title, status: $0.status) },
    secrets: ["hunter2"], maximumBytes: 16_384)

  /// Checks an answer and gives its members.
  @discardableResult
  static func check(
    _ response: TestResponse, _ status: Int, _ slug: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: ProblemValue] {
    #expect(response.headers[.named("X-Request-Id")] != nil, sourceLocation: sourceLocation)
    return try check(ProblemAnswer(response), status, slug, sourceLocation: sourceLocation)
  }

  @discardableResult
  static func check(
    _ answer: SimpleClient.Answer, _ status: Int, _ slug: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: ProblemValue] {
    try check(ProblemAnswer(answer, to: "?", ""), status, slug, sourceLocation: sourceLocation)
  }

  /// The members of a problem, whichever it is.
  static func members(of response: TestResponse) throws -> [String: ProblemValue] {
    try #require(try ProblemValue(json: response.body.readableBytesView).objectValue)
  }

  private static func check(
    _ answer: ProblemAnswer, _ status: Int, _ slug: String, sourceLocation: SourceLocation
  ) throws -> [String: ProblemValue] {
    #expect(suite.findings(in: answer) == [], sourceLocation: sourceLocation)
    #expect(answer.status == status, sourceLocation: sourceLocation)
    let members = try #require(try ProblemValue(json: answer.body).objectValue, sourceLocation: sourceLocation)
    // What only our service promises: which type it is, and how an occurrence is named.
    #expect(members["type"]?.stringValue == "/problems/\(slug)", sourceLocation: sourceLocation)
    #expect(members["instance"]?.stringValue?.hasPrefix("urn:uuid:") == true, sourceLocation: sourceLocation)
    if status == 500 {
      let explanation = ProblemCatalogue.type(forSlug: slug)?.explanation
      #expect(members["detail"]?.stringValue == explanation, sourceLocation: sourceLocation)
    }
    return members
  }
}

extension ProblemAnswer {
  /// An answer of the framework's own client, which does not tell what was asked.
  init(_ response: TestResponse) {
    self.init(
      method: "?", target: "", status: response.status.code,
      headers: response.headers.map { .init($0.name.rawName, $0.value) }, body: Array(response.body.readableBytesView))
  }

  /// An answer as it came over the wire.
  init(_ answer: SimpleClient.Answer, to method: String, _ target: String) {
    let fields = answer.head.split(separator: "\r\n").dropFirst().compactMap { line -> Header? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return Header(String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
    }
    self.init(method: method, target: target, status: answer.status, headers: fields, body: answer.body)
  }
}
