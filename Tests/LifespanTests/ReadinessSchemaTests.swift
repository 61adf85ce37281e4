import CellContract
import ExternalTools
import Foundation
import Lifespan
import ProblemDetails
import Testing

/// The JSON of readyz against the published schemas, by PyPI's jsonschema.
@Suite(
  .enabled(
    if: ExternalTool.python(importing: "jsonschema") != nil, "jsonschema is missing: run \(ExternalTool.provider)"))
struct ReadinessSchemaTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/schema")

  private func findings(_ json: Data, _ schema: String) async throws -> String {
    let python = try #require(ExternalTool.python(importing: "jsonschema"))
    let script = """
      import json, sys, jsonschema
      validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
      print("; ".join(e.message for e in validator.iter_errors(json.load(sys.stdin))))
      """
    let path = Self.fixtures.appendingPathComponent(schema + ".schema.json").path
    let result = try await python.run(["-c", script, path], input: Array(json))
    try #require(result.status == 0, "\(result.output)")
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func readiness(_ phase: LifespanPhase, isBroken: Bool) -> Readiness {
    var cell = CellSnapshot(
      name: "vllm", initState: isBroken ? .empty : .ready, detail: isBroken ? .coolingDown : .serving)
    if isBroken {
      cell.lastError = "no model"
      cell.retryAfter = .milliseconds(1500)
    } else {
      cell.generation = CellGeneration(3)
      cell.lastInitDuration = .milliseconds(12)
      cell.limits = ["slow"]
    }
    let rows = [
      cell, CellSnapshot(name: "hybrid", initState: .initializing, detail: .building), CellSnapshot(name: "faiss"),
    ]
    let readiness = Readiness(required: ["vllm"], disabled: [("xtr", "not built yet")], snapshots: { rows })
    readiness.setLimits(["generation 8 available, swap not allowed"], from: "index")
    readiness.enter(phase)
    return readiness
  }

  @Test(arguments: LifespanPhase.allCases, [false, true])
  func `every report meets its schema, and the problem of one that is not ready meets both`(
    phase: LifespanPhase, isBroken: Bool
  ) async throws {
    let report = readiness(phase, isBroken: isBroken).report(excluding: ["gpu"])
    let json = try JSONEncoder().encode(report)
    #expect(try await findings(json, "readyz") == "")
    #expect(try JSONDecoder().decode(ReadinessReport.self, from: json) == report)
    guard let problem = report.problem else {
      #expect(phase == .ready && !isBroken)
      return
    }
    let bytes = Data(try problem.encoded())
    #expect(try await findings(bytes, "readyz") == "")
    #expect(try await findings(bytes, "problem") == "")
    #expect(problem.status == 503)
  }

  @Test func `the problem's members are those of the report`() throws {
    let report = readiness(.draining, isBroken: true).report()
    let written = try ProblemValue(json: try JSONEncoder().encode(report))
    #expect(ProblemValue.object(report.problemMembers) == written)
  }

  @Test func `the schema refuses a ready report with a reason`() async throws {
    var report = readiness(.ready, isBroken: false).report()
    report.reasons = ["something"]
    #expect(try await findings(try JSONEncoder().encode(report), "readyz") != "")
  }
}
