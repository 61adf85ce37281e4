import ArgumentParser
import CellConformance

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `pages`: writes the specification pages, or checks that they are up to date.
struct Pages: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the specification pages from the rules.")
  @Argument(help: "The folder of the pages.") var directory = "docs/spec"
  @Flag(help: "Write nothing; fail when a page is not up to date.") var check = false

  func run() throws {
    var stale: [String] = []
    if !check { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }
    for (name, text) in SpecPages.all {
      let path = "\(directory)/\(name)"
      let found = FileManager.default.contents(atPath: path)
      if found == Data(text.utf8) { continue }
      stale.append(path)
      if !check { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) }
    }
    if check, !stale.isEmpty {
      print("not up to date: \(stale.joined(separator: ", ")). Run: cell-conformance pages")
      throw Ending.kitFailed
    }
    if !check { print("\(stale.count) pages written to \(directory)") }
  }
}
