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
    let verdicts = rules.map { $0.objectValue?["verdict"]?.stringValue ?? "" }
    let ran = verdicts.count { ["passed", "failed", "warned", "waived"].contains($0) }
    let skipped = verdicts.count { ["unsupported", "not-applicable"].contains($0) }
    print("\(report): \(result), \(ran) of \(rules.count) rules ran, \(skipped) do not apply")
    if object["canary_caught"] != .bool(true) {
      print("the canary was not caught: the run proves nothing")
      throw Ending.inconclusive
    }
    if verdicts.contains("failed") || result == "nonconformant" {
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
