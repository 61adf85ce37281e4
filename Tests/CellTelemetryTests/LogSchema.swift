import ExternalTools
import Foundation
import Testing

/// Holds log lines against `Fixtures/schema/log-line.schema.json`, by PyPI's jsonschema.
enum LogSchema {
  static func expectValid(_ lines: [String]) async throws {
    let python = try #require(ExternalTool.python(importing: "jsonschema"))
    let script = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1]))
      validator = jsonschema.Draft202012Validator(schema)
      bad = [e.message for line in sys.stdin for e in validator.iter_errors(json.loads(line))]
      refused = list(validator.iter_errors({"time": "now", "message": "runtime_cell_closed"}))
      print(bad)
      sys.exit(1 if bad or not refused else 0)
      """
    let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/schema/log-line.schema.json")
    let result = try await python.run(["-c", script, schema.path], input: Array(lines.joined().utf8))
    #expect(result.status == 0, "\(result.output)")
  }
}
