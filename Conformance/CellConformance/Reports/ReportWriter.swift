package import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes reports to files: JSON, Markdown, JUnit, a badge, and the history of each rule that did not pass.
public struct ReportWriter: Sendable {
  /// The folder that is written to.
  public let directory: String

  /// A writer to `directory`; by default to the one named by `CELL_REPORT_DIR`, else `.build/cell-reports`.
  public init(directory: String? = nil) {
    self.directory = directory ?? ProcessInfo.processInfo.environment["CELL_REPORT_DIR"] ?? ".build/cell-reports"
  }

  /// Writes all files of a report, each by one atomic step, and returns the path of the JSON file.
  ///
  /// - Throws: ``KitError`` when a file cannot be written.
  @discardableResult
  public func write(_ report: ConformanceReport) throws -> String {
    let base = "\(directory)/\(Self.fileName(of: report.manifest))"
    let page = report.jsonValue
    let faults = try Self.faults(in: page)
    guard faults.isEmpty else {
      throw KitError("a report of the kit breaks the kit's own schema: \(faults.joined(separator: "; "))")
    }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      try put(page.json + "\n", "\(base).json")
      try put(report.markdown, "\(base).md")
      try put(report.junit, "\(base).junit.xml")
      try put(report.badge, "\(base).badge.json")
      for result in report.results where !result.findings.isEmpty {
        try put(
          result.explanation + "\n\n" + result.fullHistory.joined(separator: "\n") + "\n",
          "\(base).\(result.rule.id).history.txt")
      }
    } catch {
      throw KitError(
        "the report cannot be written to \(directory): \(error). Set CELL_REPORT_DIR to a folder that can be.")
    }
    return "\(base).json"
  }

  /// Removes what an earlier run wrote of the same backend, so that no reader takes it for this run's.
  ///
  /// - Throws: ``KitError`` when a file cannot be removed.
  package func removeOld(of manifest: BackendManifest) throws {
    let name = Self.fileName(of: manifest)
    let own = ["json", "md", "junit.xml", "badge.json"].map { "\(name).\($0)" }
    for file in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    where own.contains(file) || (file.hasPrefix("\(name).CELL-") && file.hasSuffix(".history.txt")) {
      do { try FileManager.default.removeItem(atPath: "\(directory)/\(file)") } catch {
        throw KitError("the old report \(directory)/\(file) cannot be removed: \(error)")
      }
    }
  }

  private static func fileName(of manifest: BackendManifest) -> String {
    String(manifest.name.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "-" })
  }

  /// Everything by which a page breaks the schema of reports.
  package static func faults(in page: ProblemValue) throws -> [String] {
    do { return SchemaCheck(try ProblemValue(json: ReportSchema.text.utf8)).faults(of: page) } catch {
      throw KitError("the schema of reports cannot be read: \(error)")
    }
  }

  private func put(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
