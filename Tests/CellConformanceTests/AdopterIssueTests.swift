import CellConformance
import Foundation
import ProblemDetails
import Testing

/// What an adopter's test run is told of each verdict, read from the event stream of a real one.
@Suite(.serialized) struct AdopterIssueTests {
  /// One thing that the testing library was told about a fixture.
  struct Told {
    let test: String
    let kind: String
    let isKnown: Bool
    let severity: String
    let file: String
    let line: Int64
    let text: String

    init?(_ line: some StringProtocol) throws {
      let record = try ProblemValue(json: Array(line.utf8)).objectValue ?? [:]
      guard record["kind"] == "event", let payload = record["payload"]?.objectValue,
        let id = payload["testID"]?.stringValue, let dot = id.firstRange(of: "AdopterFixtures/")
      else { return nil }
      test = String(id[dot.upperBound...].prefix { $0 != "(" })
      kind = payload["kind"]?.stringValue ?? ""
      let issue = payload["issue"]?.objectValue ?? [:]
      isKnown = issue["isKnown"] == .bool(true)
      severity = issue["severity"]?.stringValue ?? ""
      let place = issue["sourceLocation"]?.objectValue ?? [:]
      file = place["fileID"]?.stringValue ?? ""
      self.line = place["line"]?.integerValue ?? 0
      text = (payload["messages"]?.arrayValue ?? []).compactMap { $0.objectValue?["text"]?.stringValue }
        .joined(separator: "\n")
    }
  }

  private static func told() async throws -> [Told] {
    let folder = try TemporaryFolder()
    let stream = try folder.write("", to: "events.jsonl")
    let run = try await KitTool.run(
      [
        "--testing-library", "swift-testing", "--filter", "AdopterFixtures", "--event-stream-version", "6.3",
        "--event-stream-output-path", stream,
      ], reports: folder, program: URL(filePath: CommandLine.arguments[0]),
      variables: [AdopterChild.variable: "1"])
    #expect(run.status != 0, "a run in which a MUST rule failed must fail: \(run.output)\(run.errors)")
    return try folder.text("events.jsonl").split(separator: "\n").compactMap { try Told($0) }
  }

  @Test func `each verdict is told as it must be, where the kit was made`() async throws {
    let all = try await Self.told()
    func issues(_ test: String) -> [Told] { all.filter { $0.test == test && $0.kind == "issueRecorded" } }

    let must = try #require(issues("must").first, "\(all)")
    #expect(issues("must").count == 1 && must.severity == "error" && !must.isKnown, "\(must)")
    #expect(must.file == "CellConformanceTests/AdopterFixtures.swift" && must.line == Int64(AdopterFixtures.kitLine))
    #expect(must.text.contains("CELL-2.01 [MUST]"), "\(must)")

    let should = try #require(issues("should").first)
    #expect(issues("should").count == 1 && should.severity == "warning" && !should.isKnown, "\(should)")
    #expect(should.text.contains("CELL-2.15 [SHOULD]"), "\(should)")

    let waived = try #require(issues("waived").first)
    #expect(issues("waived").count == 1 && waived.isKnown, "\(waived)")

    #expect(issues("waivedToNoDay").count == 2, "the failure, and the waiver that is none")
    for issue in issues("waivedToNoDay") { #expect(issue.severity == "error" && !issue.isKnown, "\(issue)") }
    #expect(issues("waivedToNoDay").contains { $0.text.contains("\"2027-99-99\", which is no day") })

    #expect(issues("unsupported").isEmpty)
    let unsupported = all.filter { $0.test == "unsupported" }
    #expect(unsupported.contains { $0.kind == "testCancelled" }, "\(unsupported)")
    #expect(
      unsupported.contains {
        $0.kind == "testEnded" && $0.text.contains("cancelled")
          && $0.text.contains("CELL-3.01: the backend does not declare: seeding")
      }, "\(unsupported)")

    let missed = try #require(issues("missedCanary").first)
    #expect(issues("missedCanary").count == 1 && missed.severity == "error" && !missed.isKnown, "\(missed)")

    let refused = issues("waivedCanary")
    #expect(refused.count == 2 && refused.allSatisfy { $0.severity == "error" && !$0.isKnown }, "\(refused)")
    #expect(refused.contains { $0.text.contains("a waiver of the canary CELL-0.01 is refused") }, "\(refused)")
  }
}
