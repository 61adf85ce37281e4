import Foundation
import Testing

@testable import Indexing

/// This project's own sources as input, with a regular expression as an oracle that knows nothing of the parser.
struct OwnSourcesTests {
  private static let declaration = try? NSRegularExpression(
    pattern: "^\\s*(?:(?:@\\w+(?:\\([^)]*\\))?|[a-z]+(?:\\([a-z]+\\))?)\\s+)*?"
      + "(?:func|struct|class|enum|protocol|actor|extension)\\s+(?!func\\b|var\\b|let\\b|subscript\\b)(`[^`]+`|[\\w.]+|[-+*/=<>!&|^~%?]+)"
  )

  /// (line, name) of each line that declares something; comments and string literals are left out by their look only.
  static func declarations(in file: SourceFile) throws -> [(line: Int, name: String)] {
    let declaration = try #require(declaration)
    var isInString = false
    return (1..<(file.lines.count + 1)).compactMap { line in
      let text = file.lines[line]
      let opens = text.components(separatedBy: "\"\"\"").count - 1
      defer { if opens % 2 == 1 { isInString.toggle() } }
      guard !isInString, !text.contains("//"), !text.contains(" * ") else { return nil }
      let range = NSRange(text.startIndex..., in: text)
      guard let match = declaration.firstMatch(in: text, range: range), let name = Range(match.range(at: 1), in: text)
      else { return nil }
      return (line, String(text[name]))
    }
  }

  static func named(_ files: [SourceFile]) throws -> (named: Int, total: Int, missed: [String]) {
    var (hits, total, missed) = (0, 0, [String]())
    for file in files {
      let drafts = SwiftChunker().chunks(of: file)
      ChunkAssertions.expectSound(drafts, of: file)
      for (line, name) in try declarations(in: file) {
        total += 1
        let covering = drafts.filter { $0.lines.contains(line) }
        if covering.contains(where: { $0.symbol?.contains(name) == true }) {
          hits += 1
        } else {
          missed.append("\(file.path):\(line) \(name)")
        }
      }
    }
    return (hits, total, missed)
  }

  @Test(arguments: ["Sources", "Tests"])
  func ownDefinitions_chunked_atLeast95PercentCarryTheirName(folder: String) throws {
    let result = try Self.named(Repository.swiftFiles(under: folder))
    #expect(result.total > 50)
    #expect(result.named * 100 >= result.total * 95, "\(result.named) of \(result.total); missed \(result.missed)")
  }

  static let checkout = Paths.join(Repository.root, ".build/checkouts/GRDB.swift/GRDB")

  @Test(.enabled(if: FileSystem.exists(checkout), "run `swift build` first: the package checkout is not there"))
  func definitionsOfAPackageCheckout_chunked_atLeast95PercentCarryTheirName() throws {
    let result = try Self.named(Repository.swiftFiles(under: ".build/checkouts/GRDB.swift/GRDB/QueryInterface"))
    #expect(result.total > 500)
    #expect(result.named * 100 >= result.total * 95, "\(result.named) of \(result.total); missed \(result.missed)")
  }

  @Test func linesAbove_inserted_idsStay() throws {
    let text = "struct A {\n  let x = 1\n\n  func b() {\n  }\n\n  func b() {\n  }\n}\n"
    func ids(_ text: String) -> [String] {
      let file = SourceFile(path: "a.swift", text: text)
      return ChunkIdentity.chunks(of: file, drafts: SwiftChunker().chunks(of: file)).map(\.id)
    }
    let before = ids(text)
    #expect(Set(before).count == before.count)
    #expect(before.allSatisfy { $0.count == 16 })
    #expect(Array(ids("import Foundation\n\n\n" + text).dropFirst()) == before)
  }
}
