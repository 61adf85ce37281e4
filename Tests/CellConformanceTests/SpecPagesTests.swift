import CellConformance
import Foundation
import Testing

struct SpecPagesTests {
  @Test func `pages and rules are one to one, and the committed pages are up to date`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appending(path: "docs/spec")
    for (name, text) in SpecPages.all {
      let found = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(found == text, "docs/spec/\(name) is stale: run `swift run cell-conformance pages`")
    }
    let committed = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(committed == SpecPages.all.map(\.name).sorted())
    let pages = SpecPages.all.map(\.text).joined()
    for rule in RuleCatalogue.all { #expect(pages.contains("## \(rule.id) ")) }
  }
}
