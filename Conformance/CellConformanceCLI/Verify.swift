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
    abstract: "Verifies a report: readable, canary caught, enough rules, nothing failed.")
  @Argument(help: "A report's JSON file.") var report: String
  @Option(help: "The least number of rules that must have run.") var minRules: Int = RuleCatalogue.all.count

  func run() throws {
    guard let bytes = FileManager.default.contents(atPath: report) else {
      throw ValidationError("the report \(report) cannot be read")
    }
    let page: ProblemValue
    do { page = try ProblemValue(json: bytes) } catch {
      print("\(report) is not JSON: \(error)")
      throw Ending.inconclusive
    }
    guard let object = page.objectValue, let rules = object["rules"]?.arrayValue,
      let result = object["result"]?.stringValue, object["schema_version"]?.integerValue == 1
    else {
      print("\(report) is not a conformance report of version 1")
      throw Ending.inconclusive
    }
    let verdicts = rules.map { $0.objectValue?["verdict"]?.stringValue ?? "" }
    let ran = verdicts.count { ["passed", "failed", "warned", "waived"].contains($0) }
    print("\(report): \(result), \(ran) of \(rules.count) rules ran")
    if object["canary_caught"] != .bool(true) {
      print("the canary was not caught: the run proves nothing")
      throw Ending.inconclusive
    }
    if verdicts.contains("failed") { throw Ending.nonconformant }
    if rules.count < minRules {
      print("\(rules.count) rules are in the report, at least \(minRules) were asked for")
      throw Ending.inconclusive
    }
    if result == "inconclusive" { throw Ending.inconclusive }
    if result == "nonconformant" { throw Ending.nonconformant }
  }
}
