import ArgumentParser
import CellConformance
import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `verify`: whether a report says what a reader may rely on.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verifies a report: valid by its schema, canary caught, enough rules, nothing failed.")
  @Argument(help: "A report's JSON file.") var report: String
  @Option(help: "The least number of rules that must have run. By default all rules but those the report skips.")
  var minRules: Int?

  func run() throws {
    guard let bytes = FileManager.default.contents(atPath: report) else {
      throw ValidationError("the report \(report) cannot be read")
    }
    let page: ProblemValue
    do { page = try ProblemValue(json: bytes) } catch {
      print("\(report) is not JSON: \(error)")
      throw Ending.inconclusive
    }
    let faults = try ReportWriter.faults(in: page)
    guard faults.isEmpty, let object = page.objectValue, let rules = object["rules"]?.arrayValue,
      let result = object["result"]?.stringValue
    else {
      print("\(report) is not a conformance report of version 1:")
      for fault in faults { print("  \(fault)") }
      throw Ending.inconclusive
    }
    let rows = rules.map {
      (id: $0.objectValue?["id"]?.stringValue ?? "", verdict: $0.objectValue?["verdict"]?.stringValue ?? "")
    }
    // Counted by id, and only ids of this catalogue: a row that is there twice is no second rule.
    let verdicts = Dictionary(grouping: rows, by: \.id).mapValues { $0.map(\.verdict) }
    let known = verdicts.filter { RuleCatalogue.rule($0.key) != nil }
    let ran = known.count { ["passed", "failed", "warned", "waived"].contains($0.value.first ?? "") }
    let skipped = known.count { ["unsupported", "not-applicable"].contains($0.value.first ?? "") }
    print("\(report): \(result), \(ran) of \(RuleCatalogue.all.count) rules ran, \(skipped) do not apply")
    let repeated = verdicts.filter { $0.value.count > 1 }.keys.sorted()
    let unknown = verdicts.keys.filter { RuleCatalogue.rule($0) == nil }.sorted()
    guard repeated.isEmpty, unknown.isEmpty else {
      if !repeated.isEmpty { print("more than one row for \(repeated.joined(separator: ", "))") }
      if !unknown.isEmpty { print("no rules of this kit: \(unknown.joined(separator: ", "))") }
      throw Ending.inconclusive
    }
    if object["canary_caught"] != .bool(true) || verdicts["CELL-0.01"] != ["passed"] {
      print("the canary, CELL-0.01, was not caught: the run proves nothing")
      throw Ending.inconclusive
    }
    if rows.contains(where: { $0.verdict == "failed" }) || result == "nonconformant" {
      print("a MUST rule failed: the report names it")
      throw Ending.nonconformant
    }
    let wanted = minRules ?? RuleCatalogue.all.count - skipped
    if ran < wanted {
      print("\(ran) rules ran, at least \(wanted) were asked for: which suites does the build leave out?")
      throw Ending.inconclusive
    }
    if result == "inconclusive" || (minRules == nil && result != "conformant") { throw Ending.inconclusive }
  }
}
