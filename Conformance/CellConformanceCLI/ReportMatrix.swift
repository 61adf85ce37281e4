import CellConformance
import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The committed reports of all shipped backends, and the pages made from them.
struct ReportMatrix {
  let directory: String
  let readme: String

  private static let begin = "<!-- backends: made by scripts/reports -->\n"
  private static let end = "<!-- end of backends -->"

  /// Runs one backend and keeps its report.
  func examine(_ subject: any Subject, mode: RunMode) async throws {
    let isolation = PlayRule.isolation(.wedging, backend: subject.manifest.name)
    let run = ConformanceRun(subject: subject, options: RunOptions(mode: mode), isolation: isolation)
    let report = await run.run()
    print(report.summary)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let faults = try ReportWriter.faults(in: report.jsonValue)
    if !faults.isEmpty { throw KitError("the report breaks its schema: \(faults)") }
    try Self.put(report.jsonValue.pretty + "\n", path(subject.manifest.name))
  }

  /// Writes the page and the README's table.
  func writePages() throws {
    try Self.put(try page(), "\(directory)/README.md")
    try Self.put(try mergedReadme(), readme)
  }

  /// Throws when a report is missing, of another catalogue or version, not conformant, or when a page is stale.
  func check() throws {
    var faults: [String] = []
    for subject in Backends.shipped {
      let name = subject.manifest.name
      do { faults += try Self.faults(in: try report(name)).map { "\(path(name)): \($0)" } } catch {
        faults.append("\(error)")
      }
    }
    if faults.isEmpty {
      if try Self.text("\(directory)/README.md") != page() { faults.append("\(directory)/README.md is stale") }
      if try Self.text(readme) != mergedReadme() { faults.append("the table in \(readme) is stale") }
    }
    for fault in faults { print(fault) }
    if !faults.isEmpty {
      print("run scripts/reports, and commit what it writes")
      throw Ending.kitFailed
    }
    print(
      "\(Backends.shipped.count) reports, each of \(RuleCatalogue.all.count) rules and kit \(ConformanceReport.kitVersion)"
    )
  }

  private static func faults(in report: Summary) throws -> [String] {
    var faults = try ReportWriter.faults(in: report.page)
    if report.rules.map(\.id) != RuleCatalogue.all.map(\.id) {
      faults.append("holds \(report.rules.count) rules, the catalogue \(RuleCatalogue.all.count), or others")
    }
    if report.version != ConformanceReport.kitVersion { faults.append("is of kit \(report.version)") }
    if report.result != "conformant" { faults.append("says \(report.result)") }
    return faults
  }

  // MARK: - Pages

  private func page() throws -> String {
    let reports = try Backends.shipped.map { try report($0.manifest.name) }
    let families = Set(RuleCatalogue.all.map(\.family)).sorted()
    var text =
      "<!-- Made by scripts/reports from the JSON files of this folder. Do not edit. -->\n\n# Conformance reports\n\n"
    text +=
      "Every backend that this project ships, as the kit saw it. A cell of the table is rules passed of rules that apply; "
    text +=
      "`-` where a backend does not declare the ability. The JSON files are unedited; each says how to repeat its run.\n\n"
    text += "| family | " + reports.map { "[\($0.name)](\($0.name).json)" }.joined(separator: " | ") + " |\n"
    text += "|---|" + String(repeating: "---|", count: reports.count) + "\n"
    for family in families {
      text += "| \(family) \(RuleCatalogue.families[family] ?? "") | "
      text += reports.map { $0.score(of: [family]) }.joined(separator: " | ") + " |\n"
    }
    let rows: [(String, (Summary) -> String)] = [
      ("verdict", \.result), ("tier", \.tier), ("families passed", \.familiesPassed), ("face", \.face),
      ("kit", \.version), ("mode", \.mode),
      ("seconds", \.seconds), ("date", \.date),
    ]
    for (name, value) in rows { text += "| **\(name)** | " + reports.map(value).joined(separator: " | ") + " |\n" }
    return text
      + "\nTier *core*: every MUST rule of the five named suites and the foundation passes. Tier *core + …*: and those of the "
      + "declared abilities.\nTo make all of this again: `scripts/reports`. To check it: `scripts/reports --check`.\n"
  }

  private func table() throws -> String {
    var text =
      "| backend | face | verdict | tier | families passed | rules passed | kit |\n|---|---|---|---|---|---|---|\n"
    for report in try Backends.shipped.map({ try report($0.manifest.name) }) {
      text +=
        "| [\(report.name)](\(directory)/\(report.name).json) | \(report.face) | \(report.result) | \(report.tier) | "
      text += "\(report.familiesPassed) | \(report.score(of: Set(RuleCatalogue.families.keys))) | \(report.version) |\n"
    }
    return text
  }

  private func mergedReadme() throws -> String {
    let text = try Self.text(readme)
    guard let begin = text.firstRange(of: Self.begin), let end = text.firstRange(of: Self.end),
      begin.upperBound <= end.lowerBound
    else {
      throw KitError("\(readme) has no place for the table: put these two lines into it\n\(Self.begin)\(Self.end)")
    }
    return String(text[..<begin.upperBound]) + "\n" + (try table()) + "\n" + String(text[end.lowerBound...])
  }

  // MARK: - Files

  private func path(_ name: String) -> String { "\(directory)/\(name).json" }

  private func report(_ name: String) throws -> Summary {
    guard let bytes = FileManager.default.contents(atPath: path(name)) else {
      throw KitError("\(path(name)) is missing")
    }
    return Summary(name: name, page: try ProblemValue(json: bytes))
  }

  private static func text(_ path: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw KitError("\(path) is missing") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func put(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
