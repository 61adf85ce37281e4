import CellConformance
import Foundation
import Testing

/// The program that other packages make of `ConformanceProgram`, as their CI sees it.
@Suite(.serialized) struct ConformanceProgramTests {
  private static func run(
    _ backend: String, rules: String? = nil, arguments: [String] = [], variables: [String: String] = [:],
    reports: TemporaryFolder? = nil
  ) async throws -> KitTool {
    var all = ["HOST_BACKEND": backend].merging(variables) { _, new in new }
    all["CELL_RULES"] = rules
    return try await KitTool.run(
      arguments, reports: reports ?? TemporaryFolder(), patience: 0.25,
      program: KitTool.binary.deletingLastPathComponent().appending(path: "ConformanceProgramHost"), variables: all)
  }

  @Test func `exit 0 and a report, for a conformant backend`() async throws {
    let folder = try TemporaryFolder()
    let tool = try await Self.run("zoo.atomics", reports: folder)
    #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
    #expect(try folder.verdicts(of: "zoo.atomics").count == RuleCatalogue.all.count)
    #expect(tool.output.contains("report: \(folder.path)/zoo.atomics.json"))
  }

  @Test func `exit 2, with what to check, when a MUST rule fails`() async throws {
    let tool = try await Self.run("lock/peek-always-nil", rules: "CELL-0.01,CELL-1.01")
    #expect(tool.status == 2, "\(tool.output)\(tool.errors)")
    #expect(tool.output.contains("CELL-1.01 [MUST]") && tool.output.contains("check: "))
  }

  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.endings))
  func `exit 2 when the backend takes the rule's process along, and the run goes on`() async throws {
    let folder = try TemporaryFolder()
    let tool = try await Self.run(
      "hostile/leaves-in-get", rules: "CELL-0.01,CELL-0.02,CELL-2.01", reports: folder)
    #expect(tool.status == 2, "\(tool.output)\(tool.errors)")
    let verdicts = try folder.verdicts(of: "hostile/leaves-in-get")
    #expect(verdicts["CELL-2.01"]?.reason == "process-exited")
    #expect(verdicts["CELL-0.02"]?.verdict == "passed")
  }

  @Test(arguments: ["CELL-0.01,CELL-3.*", "CELL-1.01"])
  func `exit 3 when only a part was asked for, with the canary and without`(rules: String) async throws {
    let tool = try await Self.run("zoo.atomics", rules: rules)
    #expect(tool.status == 3, "\(tool.output)\(tool.errors)")
  }

  @Test func `exit 4 when the reports cannot be written`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "file")
    let tool = try await Self.run(
      "zoo.atomics", rules: "CELL-0.01", variables: ["CELL_REPORT_DIR": "\(file)/reports"])
    #expect(tool.status == 4, "\(tool.output)\(tool.errors)")
    #expect(tool.output.contains("\(file)/reports"))
  }

  @Test func `exit 64 when it is called wrongly, before any rule is played`() async throws {
    let cases: [(arguments: [String], variables: [String: String], rules: String?)] = [
      (["--fast"], [:], nil), (["--play-rule", "CELL-99.99", "1"], [:], nil), (["--play-rule", "CELL-1.01"], [:], nil),
      ([], ["CELL_SEED": "today"], nil), ([], [:], "CELL-99.*"),
    ]
    for wrong in cases {
      let tool = try await Self.run(
        "zoo.atomics", rules: wrong.rules, arguments: wrong.arguments, variables: wrong.variables)
      #expect(tool.status == 64, "\(wrong): \(tool.output)\(tool.errors)")
      #expect(tool.errors.contains("this program examines a cell backend"))
      #expect(tool.output.isEmpty)
    }
  }

  @Test func `one rule is played when the program starts itself`() async throws {
    let tool = try await Self.run("zoo.atomics", arguments: ["--play-rule", "CELL-1.01", "1"])
    #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
  }
}
