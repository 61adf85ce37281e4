import ExternalTools
import Foundation
import Testing

/// Holds what a command printed against its schema in `Fixtures/schema`, by PyPI's jsonschema.
enum EnvelopeSchema {
  static let isCheckable = ExternalTool.python(importing: "jsonschema") != nil

  static func expectValid(_ json: String, _ name: String) async throws {
    let python = try #require(ExternalTool.python(importing: "jsonschema"))
    let script = """
      import json, sys, jsonschema
      validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
      print("; ".join(e.message for e in validator.iter_errors(json.load(sys.stdin))))
      """
    let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/schema/\(name).schema.json")
    let result = try await python.run(["-c", script, schema.path], input: Array(json.utf8))
    #expect(result.status == 0 && result.output == "\n", "\(name): \(result.output)")
  }
}
