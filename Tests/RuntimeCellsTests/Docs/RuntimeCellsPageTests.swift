import Foundation
import Testing

/// Keeps docs/runtime-cells.md honest: every block of Swift on it is code that these tests compile and run.
@Suite struct RuntimeCellsPageTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Lines of code without comments, indentation and blank lines.
  private static func code(_ text: some StringProtocol) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let bare = (line.range(of: "//").map { line[..<$0.lowerBound] } ?? line[...])
        .trimmingCharacters(in: .whitespaces)
      return bare.isEmpty ? nil : bare
    }
  }

  private static func blocks(of page: String) throws -> [[String]] {
    let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
    return text.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first.map { code($0) }
    }
  }

  @Test(arguments: ["docs/runtime-cells.md"])
  func `every example on the page is compiled here`(page: String) throws {
    let blocks = try Self.blocks(of: page)
    #expect(!blocks.isEmpty)
    let folder = Self.root.appending(path: "Tests/RuntimeCellsTests/Docs")
    let sources = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasSuffix("Examples.swift") }
      .map { Self.code(try String(contentsOf: $0, encoding: .utf8)).joined(separator: "\n") }
    for block in blocks {
      #expect(sources.contains { $0.contains(block.joined(separator: "\n")) }, "not compiled: \(block)")
    }
  }

  @Test func `the first steps do what the page says`() async throws {
    let said = try await RuntimeCellsPageExamples.firstSteps(path: "four", query: "q")
    #expect(said == ["q in 4", "q in 4", "4"])
  }

  @Test func `the check sees code that is not compiled`() throws {
    #expect(Self.code("  let a = 1  // why\n\n\tlet b = 2") == ["let a = 1", "let b = 2"])
  }
}
