import CellConformance
import CellConformanceTesting
import CellConformanceZoo
import Foundation
import ProblemDetails
import Synchronization
import Testing

/// What an adopter sees of a suite: which rules run, what is written, what the console says.
@Suite(.serialized) struct AdoptionTests {
  private func kit(_ folder: TemporaryFolder, lines: Lines = Lines(), _ variables: [String: String])
    -> CellConformanceKit
  {
    CellConformanceKit(
      subject: BlockingSubject(LockBackend()), options: RunOptions(seed: 1),
      reports: ReportWriter(directory: folder.path),
      environment: { variables[$0] }, say: { line in lines.add(line) }, sourceLocation: #_sourceLocation)
  }

  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  private func report(_ folder: TemporaryFolder) throws -> [String: ProblemValue] {
    let page = try ProblemValue(json: Data(contentsOf: URL(filePath: "\(folder.path)/zoo.lock-condition.json")))
    return try #require(page.objectValue)
  }

  @Test func `a filter always brings the canary along`() throws {
    let kit = kit(try TemporaryFolder(), ["CELL_RULES": "CELL-4.03, CELL-1.0*"])
    let ids = kit.cases.map(\.id)
    #expect(ids.first == "CELL-0.01")
    #expect(ids.contains("CELL-4.03") && ids.contains("CELL-1.01"))
    #expect(!ids.contains("CELL-2.01"))
    #expect(kit.cases(of: .seedGuard).isEmpty, "nothing of this suite was asked for")
    #expect(kit.cases(of: .disposer).map(\.id) == ["CELL-0.01", "CELL-4.03"])
  }

  @Test func `a suite by itself brings the canary along`() throws {
    let kit = kit(try TemporaryFolder(), [:])
    #expect(kit.cases(of: .seedGuard).map(\.id).prefix(2) == ["CELL-0.01", "CELL-3.01"])
    #expect(kit.cases.map(\.id) == RuleCatalogue.all.map(\.id))
  }

  @Test(arguments: ["CELL-4.99", "CELL-44.*", "seeding", "CELL-1.01,CELL-4.99"])
  func `a filter that fits no rule is an error that names it`(filter: String) async throws {
    let kit = kit(try TemporaryFolder(), ["CELL_RULES": filter])
    let wrong = try #require(filter.split(separator: ",").last)
    let unknown = try #require(kit.cases.last)
    #expect(unknown.id == wrong)
    try await withKnownIssue {
      try await kit.check(unknown)
    } matching: { issue in
      issue.severity == .error && issue.comments.contains { $0.rawValue.contains("\"\(wrong)\"") }
    }
  }

  @Test func `a filtered run ends with a report of all its rules and one line, and an older report is gone`()
    async throws
  {
    let (folder, lines) = (try TemporaryFolder(), Lines())
    _ = try folder.write("old", to: "zoo.lock-condition.json")
    _ = try folder.write("old", to: "zoo.lock-condition.CELL-3.04.history.txt")
    _ = try folder.write("other", to: "zoo.lock-condition-2.CELL-3.04.history.txt")
    let kit = kit(folder, lines: lines, ["CELL_RULES": "CELL-1.01,CELL-1.02"])
    for rule in kit.cases { try await kit.check(rule) }
    let page = try report(folder)
    #expect(page["result"] == "partial")
    #expect(page["rules"]?.arrayValue?.count == 3)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/zoo.lock-condition.CELL-3.04.history.txt"))
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/zoo.lock-condition-2.CELL-3.04.history.txt"))
    let line = try #require(lines.all.first)
    #expect(lines.all.count == 1)
    #expect(line.hasPrefix("cell-conformance: zoo.lock-condition 1: partial, 3 passed, 0 failed (3 of "), "\(line)")
    #expect(line.hasSuffix("report: \(folder.path)/zoo.lock-condition.json"), "\(line)")
    #expect(
      page["reproduce"]?.stringValue
        == "CELL_RULES='CELL-1.01,CELL-1.02' CELL_SEED=1 swift test --filter CellConformanceTests.AdoptionTests")
  }

  @Test func `the seed can be given from outside, and a wrong one is an error`() async throws {
    #expect(kit(try TemporaryFolder(), ["CELL_SEED": "42"]).run.options.seed == 42)
    let kit = kit(try TemporaryFolder(), ["CELL_SEED": "x", "CELL_RULES": "CELL-1.01"])
    try await withKnownIssue {
      for rule in kit.cases { try await kit.check(rule) }
    } matching: {
      $0.comments.contains { $0.rawValue.contains("CELL_SEED is \"x\"") }
    }
  }

  @Test func `an anomaly that another rule is about comes with its own sentence first`() async throws {
    let subject = try #require(BrokenCell.all.first { $0.name == "lock/second-close-disposes-again" }).subject
    let result = await RulePlayer(subject, options: RunOptions(seed: 1)).play(
      try #require(RuleCatalogue.rule("CELL-1.05")))
    try #require(result.findings.first?.reason == .doubleDispose, "\(result.explanation)")
    let text = result.explanation
    let own = try #require(text.firstRange(of: "contract: A payload is disposed once"))
    let spec = try #require(text.firstRange(of: "  spec: "))
    #expect(own.lowerBound < spec.lowerBound)
    #expect(text.contains("  found while this rule was played, which is about something else:\n  spec: "), "\(text)")
  }

  @Test func `every rule that an anomaly refers to exists`() {
    #expect(Anomaly.all.count == 14)
    for anomaly in Anomaly.all.values {
      #expect(!anomaly.rules.isEmpty)
      for id in anomaly.rules { #expect(RuleCatalogue.rule(id) != nil, "\(id)") }
    }
  }

  @Test func `an excerpt shows the cell and the events that the finding speaks of`() {
    let events = (1...300).map { ticket in
      HistoryEvent(
        ticket: UInt64(ticket), lane: 1, cell: ticket % 3, what: .factoryBegan(run: ticket, .initialization))
    }
    let lines = HistoryText.render(events, around: [200, 203], limit: 24).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("t200 ") && $0.hasSuffix("<--") })
    #expect(lines.contains { $0.hasPrefix("t203 ") && $0.hasSuffix("<--") })
    #expect(!lines.contains { $0.contains("cell 0") || $0.contains("cell 1") }, "200 and 203 are of cell 2")
    #expect(lines.count { $0.hasPrefix("t") } == 24)
    #expect(lines.first?.hasPrefix("… ") == true && lines.last?.hasPrefix("… ") == true)
    let end = HistoryText.render(events, limit: 24).split(separator: "\n")
    #expect(end.first == "… 276 events" && end.last?.hasPrefix("t300 ") == true)
  }
}
