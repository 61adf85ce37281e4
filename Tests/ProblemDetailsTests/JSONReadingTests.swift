import Foundation
import ProblemDetails
import Testing

@Suite struct JSONReadingTests {
  static let accepted: [(String, ProblemValue)] = [
    ("null", .null), (" true\n", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12), ("404", 404),
    ("404.0", 404.0), ("1e3", 1000.0), ("1.5E-2", 0.015), ("9223372036854775807", 9_223_372_036_854_775_807),
    ("9223372036854775808", 9_223_372_036_854_775_808.0), ("\"\"", ""), ("\"a\\/b\\\\c\\\"\"", "a/b\\c\""),
    ("\"\\u00e9\\n\\t\\r\\b\\f\"", "é\n\t\r\u{8}\u{c}"), ("\"\\uD83D\\uDE00\"", "😀"), ("\"😀 ü\"", "😀 ü"), ("[]", []),
    ("{}", [:]),
    ("[1, [2.5, \"x\"], {}]", [1, [2.5, "x"], [:]]), ("{\"a\": {\"b\": [null]}}", ["a": ["b": [.null]]]),
    ("\u{FEFF}{\"a\":1}", ["a": 1]),
  ]

  @Test("A legal document reads as its value", arguments: accepted)
  func accepts(text: String, value: ProblemValue) throws {
    #expect(try ProblemValue(json: text.utf8) == value)
  }

  static let refused = [
    "", " ", "nul", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "1e999", "NaN", "\"", "\"\\x\"",
    "\"\\u12\"",
    "\"\\ud83d\"", "\"\\ud83d\\u0041\"", "\"\\ude00\"", "\"a\nb\"", "[", "[1,]", "[1 2]", "{", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}", "{a:1}",
    "{'a':1}", "{\"a\":1}}", "1 2", "// no\n1", "\"\\",
  ]

  @Test("Anything else is malformed, and the offset lies in the document", arguments: refused)
  func refuses(text: String) throws {
    let error = try #require(throws: ProblemDetailsError.self) { try ProblemValue(json: text.utf8) }
    #expect(error.code == .malformedJSON)
    #expect((0...text.utf8.count).contains(try #require(error.offset)))
  }

  @Test func `Bytes that are not UTF-8 are refused`() {
    #expect(throws: ProblemDetailsError(.malformedJSON, "")) { try ProblemValue(json: [0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: ProblemDetailsError(.malformedJSON, "")) { try ProblemValue(json: [0xFF, 0xFE, 0x31, 0x00]) }
  }

  @Test func `A repeated member is refused by default and the later one is kept on request`() throws {
    let document = #"{"status": 200, "st\u0061tus": 500}"#
    let error = try #require(throws: ProblemDetailsError.self) { try ProblemValue(json: document.utf8) }
    #expect(error.code == .duplicateMember)
    #expect(error.member == "status")
    #expect(error.offset == 16)
    #expect(try ProblemValue(json: document.utf8, duplicates: .keepLast) == ["status": 500])
  }

  @Test func `Nesting is bounded before the stack is`() throws {
    let deep = 64
    let legal = String(repeating: "[", count: deep - 1) + "1" + String(repeating: "]", count: deep - 1)
    #expect(try ProblemValue(json: legal.utf8).json == legal)
    for count in [deep, 1_000_000] {
      let bomb = String(repeating: "[", count: count) + "1" + String(repeating: "]", count: count)
      #expect(throws: ProblemDetailsError(.tooDeep, "")) { try ProblemValue(json: bomb.utf8) }
    }
  }

  @Test func `Foundation reads the same values from the contract`() throws {
    let bytes = try Data(contentsOf: Repository.file("Fixtures/contract.json"))
    let ours = try ProblemValue(json: bytes)
    #expect(try JSONDecoder().decode(ProblemValue.self, from: bytes) == ours)
    #expect(try JSONDecoder().decode(ProblemValue.self, from: Data(ours.json.utf8)) == ours)
  }
}
