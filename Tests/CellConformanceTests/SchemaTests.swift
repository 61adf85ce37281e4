import CellConformance
import Foundation
import ProblemDetails
import Testing

/// The kit's own check of its reports by their schema.
struct SchemaTests {
  private func json(_ path: String) throws -> ProblemValue {
    try ProblemValue(json: Data(contentsOf: Repository.root.appending(path: path)))
  }

  @Test func `the shipped schema is the committed one`() throws {
    let shipped = try ProblemValue(json: ReportSchema.text.utf8)
    #expect(try shipped == json("Fixtures/schema/conformance-report.schema.json"))
  }

  @Test func `the valid example passes, the invalid one does not`() throws {
    #expect(try ReportWriter.faults(in: json("Fixtures/examples/conformance-report.json")) == [])
    let faults = try ReportWriter.faults(in: json("Fixtures/examples/invalid/conformance-report-unknown-result.json"))
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix("$.result: ") == true)
  }

  @Test(arguments: [
    (#"{"type":"integer"}"#, "3.5", "$: must be of type"), (#"{"const":1}"#, "2", "$: must be 1"),
    (#"{"required":["a"]}"#, "{}", "$: lacks a"),
    (#"{"properties":{"a":{"type":"string"}}}"#, #"{"a":1}"#, "$.a: must be"),
    (#"{"additionalProperties":false}"#, #"{"b":1}"#, #"$: "b" is not known"#),
    (#"{"items":{"minimum":0}}"#, "[1,-1]", "$[1]: must be at least 0"),
    (#"{"uniqueItems":true}"#, "[1,1]", "$: holds something twice"),
    (#"{"minLength":1}"#, #""""#, "$: is too short"), (#"{"pattern":"^a$"}"#, #""b""#, "$: \"b\" does not match"),
    (##"{"$ref":"#/$defs/x","$defs":{"x":{"const":1}}}"##, "2", "$: must be 1"),
    (##"{"$ref":"#/$defs/y"}"##, "2", "$: the schema refers to nothing"),
    (#"{"oneOf":[]}"#, "2", "$: the schema's keyword \"oneOf\" is not known here"),
  ])
  func `each keyword bites`(schema: String, value: String, fault: String) throws {
    let check = SchemaCheck(try ProblemValue(json: schema.utf8))
    let faults = check.faults(of: try ProblemValue(json: value.utf8))
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix(fault) == true, "\(faults)")
  }
}
