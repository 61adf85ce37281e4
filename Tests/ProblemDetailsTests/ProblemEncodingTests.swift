import Foundation
import ProblemDetails
import Testing

@Suite struct ProblemEncodingTests {
  private let full = ProblemDetails(
    type: "/problems/no-index", title: "No index", status: 404, detail: "There is \"none\".",
    instance: "urn:uuid:00000000-0000-4000-8000-000000000000",
    extensions: ["code": "retrieval.no-index", "Attempts": 3, "errors": [["pointer": "limit"]]])

  @Test func `The bytes are sorted and hold the five members beside the extensions`() throws {
    #expect(
      try full.jsonString()
        == #"{"Attempts":3,"code":"retrieval.no-index","detail":"There is \"none\".","errors":[{"pointer":"limit"}],"#
        + #""instance":"urn:uuid:00000000-0000-4000-8000-000000000000","status":404,"title":"No index","#
        + #""type":"/problems/no-index"}"#)
  }

  @Test func `Absent members are left out, never null`() throws {
    #expect(try ProblemDetails().jsonString() == #"{"type":"about:blank"}"#)
  }

  @Test func `What was encoded decodes to the same problem, by either codec`() throws {
    #expect(try ProblemDetails(decoding: full.encoded()) == full)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(full)
    #expect(try Array(data) == full.encoded())
    #expect(try JSONDecoder().decode(ProblemDetails.self, from: data) == full)
  }

  @Test("An extension cannot take a member's name", arguments: ProblemDetails.reservedMembers.sorted())
  func shadowing(name: String) throws {
    let error = try #require(throws: ProblemDetailsError.self) {
      try ProblemDetails(extensions: [name: "x"]).encoded()
    }
    #expect(error.code == .shadowedMember)
    #expect(error.member == name)
  }

  @Test(
    "Names outside the grammar are refused",
    arguments: ["", "a", "ab", "retry-after", "1st", "_id", "naïve", "a b", "a.b", "x\n1"])
  func illegalNames(name: String) {
    #expect(throws: ProblemDetailsError(.invalidExtensionName, "")) {
      try ProblemDetails(extensions: [name: 1]).encoded()
    }
    #expect(!ExtensionName.isValid(name))
  }

  @Test("Names inside the grammar are written", arguments: ["abc", "retry_after_seconds", "X9_", "Type", "types"])
  func legalNames(name: String) throws {
    let json = try ProblemDetails(extensions: [name: 1]).jsonString()
    #expect(try ProblemValue(json: json.utf8) == .object(["type": "about:blank", name: 1]))
  }

  static let badValues: [(ProblemValue, ProblemDetailsError.Code, String)] = [
    (.null, .nullValue, "member"), ([1, .null], .nullValue, "member.1"),
    (["deep": ["x": .null]], .nullValue, "member.deep.x"),
    (.number(.nan), .nonFiniteNumber, "member"), ([.number(.infinity)], .nonFiniteNumber, "member.0"),
    ((0..<100).reduce(1) { value, _ in .array([value]) }, .tooDeep, "member" + String(repeating: ".0", count: 63)),
  ]

  @Test("A value that JSON or a reader could not carry is refused with its place", arguments: badValues)
  func refusesValue(value: ProblemValue, code: ProblemDetailsError.Code, place: String) throws {
    let error = try #require(throws: ProblemDetailsError.self) {
      try ProblemDetails(extensions: ["member": value]).encoded()
    }
    #expect(error.code == code)
    #expect(error.member == place)
  }

  @Test func `What the encoder accepts at the depth limit, the decoder reads`() throws {
    let value = (0..<62).reduce(ProblemValue.integer(1)) { value, _ in .array([value]) }
    let problem = ProblemDetails(extensions: ["member": value])
    #expect(try ProblemDetails(decoding: problem.encoded()) == problem)
  }

  @Test("A status outside 100-599 is refused", arguments: [-1, 0, 99, 600, 1000])
  func refusesStatus(status: Int) {
    #expect(throws: ProblemDetailsError(.statusOutOfRange, "")) { try ProblemDetails(status: status).encoded() }
  }

  @Test(
    "Text that is no URI reference is refused",
    arguments: ["", "a b", "http://x/ä", "x\ny", "%zz", "%1", "a#b#c", "<x>"])
  func refusesReference(reference: String) throws {
    for problem in [ProblemDetails(type: reference), ProblemDetails(instance: reference)] {
      #expect(throws: ProblemDetailsError(.invalidURIReference, "")) { try problem.encoded() }
    }
  }

  @Test(
    "URI references pass",
    arguments: ["about:blank", "/p", "https://a.example/x?y=%20#z", "urn:uuid:0", "tag:x,2026:y", "../p"])
  func acceptsReference(reference: String) throws {
    #expect(try ProblemDetails(decoding: ProblemDetails(type: reference).encoded()).type == reference)
  }
}
