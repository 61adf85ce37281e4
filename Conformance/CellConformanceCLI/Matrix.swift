import ArgumentParser
import CellConformance

/// `matrix`: the committed reports as one page and one table.
struct Matrix: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Examines every shipped backend and writes reports, page and table, or checks the committed ones.")
  @Option(help: "The folder of the reports.") var directory = "docs/reports"
  @Option(help: "The page whose table between the marks is made from them.") var readme = "README.md"
  @Option(help: "How long races are played.") var mode: RunMode = .ci
  @Flag(help: "Write nothing; fail when a report is of another catalogue, not conformant, or a page is stale.")
  var check = false
  @Flag(help: "Only list the shipped backends.") var names = false
  @Flag(help: "Run nothing; write the pages from the reports that are there.") var pagesOnly = false

  func run() async throws {
    if names { return print(Backends.names.joined(separator: "\n")) }
    let matrix = ReportMatrix(directory: directory, readme: readme)
    if check { return try matrix.check() }
    if !pagesOnly {
      for subject in Backends.shipped { try await matrix.examine(subject, mode: mode) }
    }
    try matrix.writePages()
  }
}
