import CodeIntel
import ExternalTools
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import TraceExport

@testable import CodeIntelServer

/// Answers of the service against the schemas in Fixtures, by a validator of somebody else's.
@Suite(
  .enabled(
    if: ExternalTool.python(importing: "jsonschema") != nil,
    "jsonschema is not installed: run \(ExternalTool.provider)"))
struct SchemaTests {
  private static let program = """
    import json, sys, jsonschema
    documents = json.load(sys.stdin)
    root = sys.argv[1]
    for entry in documents:
        for name in entry["schemas"]:
            schema = json.load(open(f"{root}/{name}.schema.json"))
            validator = jsonschema.Draft202012Validator(schema)
            for error in validator.iter_errors(entry["document"]):
                print(f"{entry['name']} under {name}: {error.json_path}: {error.message}")
    """

  @Test func `answers and log lines are valid, and a 503 of readyz is so under both of its schemas`() async throws {
    let python = try #require(ExternalTool.python(importing: "jsonschema"))
    let log = LineSink()
    let good = try await ServerWorld(logger: log.logger, tracer: RecordingTracer())
    let broken = try await ServerWorld(indexed: false, required: ["hybrid"], logger: log.logger)
    var documents: [String] = []
    documents += try await Self.collect(
      good,
      [
        ("/search?q=water", ["search-response"]), ("/search?q=water&explain=false", ["search-response"]),
        ("/readyz", ["readyz"]), ("/nowhere", ["problem"]), ("/search?limit=x", ["problem"]),
      ])
    documents += try await Self.collect(
      broken, [("/search?q=water", ["problem"]), ("/readyz", ["problem", "readyz"])])
    #expect(log.all.count >= 6)
    documents += log.all.map { "{\"name\":\"log\",\"schemas\":[\"log-line\"],\"document\":\($0)}" }
    let schemas = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/schema").path
    let result = try await python.run(
      ["-c", Self.program, schemas], input: Array("[\(documents.joined(separator: ","))]".utf8))
    #expect(result.status == 0)
    #expect(result.output.isEmpty, "\(result.output)")
    try await good.engine.shutdown()
    try await broken.engine.shutdown()
  }

  private static func collect(_ world: ServerWorld, _ wanted: [(String, [String])]) async throws -> [String] {
    try await world.service.application().test(.router) { client in
      var documents: [String] = []
      for (uri, schemas) in wanted {
        let body = try await client.send(.get, uri).text
        let names = schemas.map { "\"\($0)\"" }.joined(separator: ",")
        documents.append("{\"name\":\"\(uri)\",\"schemas\":[\(names)],\"document\":\(body)}")
      }
      return documents
    }
  }
}
