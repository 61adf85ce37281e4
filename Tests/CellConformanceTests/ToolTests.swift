import CellConformance
import Foundation
import ProblemDetails
import Testing

/// The command line as a script sees it: exit codes, reports, verification.
@Suite(.serialized) struct ToolTests {
  @Test func `exit 0, a part of the rules that went well`() async throws {
    let folder = try TemporaryFolder()
    let tool = try await KitTool.run(["run", "--backend", "actor", "--family", "3"], reports: folder)
    #expect(tool.status == 0, "\(tool.output)")
  }

  @Test func `the help says what a part that went well ends with`() async throws {
    let tool = try await KitTool.run(["--help"])
    let text = tool.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("0 conformant, or the part of the rules that was asked for went well;"), "\(text)")
  }

  @Test func `exit 0, a whole run of a conformant backend, and its report is valid`() async throws {
    let folder = try TemporaryFolder()
    let tool = try await KitTool.run(["run", "--backend", "atomics", "--json"], reports: folder)
    #expect(tool.status == 0, "\(tool.output)")
    let page = try ProblemValue(json: tool.output.utf8.filter { $0 != UInt8(ascii: "\n") })
    #expect(page.objectValue?["result"] == "conformant")
    #expect(page.objectValue?["timing"]?.objectValue?["mode"] == "quick")
    #expect(try ReportWriter.faults(in: page) == [])
    #expect(try await KitTool.run(["verify", "\(folder.path)/zoo.atomics.json"]).status == 0)
  }

  @Test func `exit 2, a MUST rule failed`() async throws {
    let tool = try await KitTool.run(
      ["run", "--backend", "lock/peek-always-nil", "--rule", "CELL-1.01"], reports: try TemporaryFolder())
    #expect(tool.status == 2)
  }

  @Test func `exit 4, the report cannot be written`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("in the way", to: "file")
    let tool = try await KitTool.run(
      ["run", "--backend", "actor", "--rule", "CELL-1.01", "--reports", "\(file)/reports"])
    #expect(tool.status == 4)
    #expect(tool.output.contains("CELL_REPORT_DIR"))
  }

  @Test(arguments: [
    ["run", "--backend", "nobody"], ["run", "--backend", "actor", "--rule", "CELL-99.01"],
    ["run", "--backend", "actor", "--family", "99"], ["run", "--backend", "actor", "--seconds", "3"],
    ["run", "--backend", "actor", "--mode", "soak", "--rounds", "0"],
    ["run", "--backend", "actor", "--isolate", "--in-process"], ["run", "--backend", "actor", "--mode", "slow"],
    ["explain", "CELL-99.01"], ["list", "--family", "99"], ["verify", "/nowhere/report.json"],
    ["power", "--runs", "0"], ["power", "--add", "/nowhere/power.json", "--file", "/dev/null"],
    ["power", "--add", "/dev/null", "--check"], ["self-test", "--only", "no such cell"],
    ["dance"],
  ])
  func `exit 64, usage`(words: [String]) async throws {
    let tool = try await KitTool.run(words, reports: try TemporaryFolder())
    #expect(tool.status == 64, "\(tool.output)\(tool.errors)")
    #expect(tool.errors.contains("Error:"))
  }

  @Test func `a soak plays as many rounds as asked, and says so`() async throws {
    let folder = try TemporaryFolder()
    let tool = try await KitTool.run(
      ["run", "--backend", "actor", "--rule", "CELL-1.01", "--mode", "soak", "--rounds", "3", "--json"], reports: folder
    )
    #expect(tool.status == 0)
    #expect(tool.output.contains("\"mode\":\"soak\",\"rounds\":3,"), "\(tool.output)")
  }

  @Test func `counts of two machines add up`() async throws {
    let folder = try TemporaryFolder()
    func counts(_ runs: Int, _ hits: Int, _ seed: String) -> String {
      #"{"kit_version":"\#(ConformanceReport.kitVersion)","correct":{"a, 2 rules":"#
        + #"{"runs":\#(runs),"hits":\#(hits),"missed_seeds":[\#(seed)]}}}"#
    }
    let first = try folder.write(counts(3, 3, ""), to: "first.json")
    let second = try folder.write(counts(4, 3, #""7""#), to: "second.json")
    let page = "\(first).md"
    let tool = try await KitTool.run(["power", "--file", first, "--add", second, "--page", page])
    #expect(tool.status == 0)
    #expect(tool.output.contains("correct: 1 cells, 7 runs (7 of 300 each), 1 false alarms."), "\(tool.output)")
    let sum = try ProblemValue(json: Data(contentsOf: URL(filePath: first))).objectValue
    #expect(sum?["correct"]?.objectValue?["a, 2 rules"] == ["runs": 7, "hits": 6, "missed_seeds": ["7"]])
    #expect(try String(contentsOf: URL(filePath: page), encoding: .utf8).contains("| a, 2 rules | 7 | 6 |"))
  }

  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.races))
  func `the self-test tells as JSON what it found, by its schema`() async throws {
    let tool = try await KitTool.run(["self-test", "--json", "--seed", "1", "--only", "lock/peek-always-nil"])
    #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
    let page = try ProblemValue(json: tool.output.utf8.filter { $0 != UInt8(ascii: "\n") })
    let schema = try Data(
      contentsOf: Repository.root.appending(path: "Fixtures/schema/conformance-self-test.schema.json"))
    #expect(SchemaCheck(try ProblemValue(json: schema)).faults(of: page) == [])
    #expect(page.objectValue?["broken"] == ["total": 1, "caught": 1, "caught_by_named_rule": 1])
    #expect(page.objectValue?["faults"] == [])
    let rules = page.objectValue?["rules"]?.objectValue
    #expect(rules?["must"] == rules?["must_with_a_kill"])
  }

  // MARK: - verify

  /// A report as the kit writes it, changed in one place.
  private func verify(_ change: (inout [String: ProblemValue]) -> Void, _ words: String...) async throws -> KitTool {
    let folder = try TemporaryFolder()
    let run = try await KitTool.run(["run", "--backend", "actor", "--json"], reports: folder)
    let page = try ProblemValue(json: run.output.utf8.filter { $0 != UInt8(ascii: "\n") })
    var members = try #require(page.objectValue)
    change(&members)
    let path = try folder.write(ProblemValue.object(members).json, to: "changed.json")
    return try await KitTool.run(["verify", path] + words)
  }

  @Test func `verify passes what the kit wrote`() async throws {
    #expect(try await verify { _ in }.status == 0)
    #expect(try await verify({ _ in }, "--min-rules", "20").status == 0)
  }

  @Test func `verify exits 3 when fewer rules ran than asked for`() async throws {
    let tool = try await verify({ _ in }, "--min-rules", "1000")
    #expect(tool.status == 3)
    #expect(tool.output.contains("at least 1000 were asked for"))
  }

  @Test func `verify exits 3 when rules are missing, though nothing failed`() async throws {
    let tool = try await verify { $0["rules"] = .array(Array(($0["rules"]?.arrayValue ?? []).prefix(5))) }
    #expect(tool.status == 3, "\(tool.output)")
  }

  @Test func `verify exits 3 without a canary`() async throws {
    let tool = try await verify { $0["canary_caught"] = false }
    #expect(tool.status == 3)
    #expect(tool.output.contains("proves nothing"))
  }

  @Test func `verify exits 3 when the canary's own row is missing or did not pass, whatever the report says of it`()
    async throws
  {
    for verdict in ["waived", "warned", nil] {
      let tool = try await verify { members in
        members["rules"] = .array(
          (members["rules"]?.arrayValue ?? []).compactMap { row in
            guard row.objectValue?["id"] == "CELL-0.01" else { return row }
            guard let verdict, var row = row.objectValue else { return nil }
            row["verdict"] = .string(verdict)
            return .object(row)
          })
      }
      #expect(tool.status == 3, "\(verdict ?? "no row"): \(tool.output)")
      #expect(tool.output.contains("the canary, CELL-0.01, was not caught"), "\(tool.output)")
    }
  }

  @Test func `verify exits 3 when a rule is counted twice in place of another`() async throws {
    let tool = try await verify { members in
      var rules = members["rules"]?.arrayValue ?? []
      rules[rules.count - 1] = rules[1]
      members["rules"] = .array(rules)
    }
    #expect(tool.status == 3, "\(tool.output)")
    #expect(tool.output.contains("more than one row for CELL-0.02"), "\(tool.output)")
  }

  @Test func `verify exits 3 for rules that are not of this kit`() async throws {
    let tool = try await verify(
      { members in
        var rules = members["rules"]?.arrayValue ?? []
        var rule = rules.last?.objectValue ?? [:]
        rule["id"] = "CELL-98.76"
        rules.append(.object(rule))
        members["rules"] = .array(rules)
      }, "--min-rules", "20")
    #expect(tool.status == 3, "\(tool.output)")
    #expect(tool.output.contains("no rules of this kit: CELL-98.76"), "\(tool.output)")
  }

  @Test func `verify exits 2 when a rule failed, whatever the result says`() async throws {
    let tool = try await verify { members in
      var rules = members["rules"]?.arrayValue ?? []
      var rule = rules.last?.objectValue ?? [:]
      rule["verdict"] = "failed"
      rules[rules.count - 1] = .object(rule)
      members["rules"] = .array(rules)
    }
    #expect(tool.status == 2)
  }

  @Test func `verify exits 3 for what breaks the schema, and says where`() async throws {
    let tool = try await verify { $0["result"] = "splendid" }
    #expect(tool.status == 3)
    #expect(tool.output.contains("$.result: \"splendid\" is none of"))
    let folder = try TemporaryFolder()
    let path = try folder.write("no JSON", to: "text.json")
    #expect(try await KitTool.run(["verify", path]).status == 3)
  }

  @Test func `the committed reports are of this catalogue, and the pages made from them`() async throws {
    let root = Repository.root.path
    let tool = try await KitTool.run(
      ["matrix", "--check", "--directory", "docs/reports", "--readme", "README.md"], folder: root)
    #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
  }
}
