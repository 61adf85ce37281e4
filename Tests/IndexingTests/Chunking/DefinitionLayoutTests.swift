import Testing

@testable import Indexing

/// Definitions as a bad parser might report them: any ranges at all.
struct DefinitionLayoutTests {
  @Test(arguments: UInt64(1)...150)
  func randomDefinitions_laidOut_sound(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...80, using: &random)
    let lines = (0..<count).map { line in
      ["", "}", "// comment", "  code \(line)", "code \(line) {", "    deep"].randomElement(using: &random) ?? ""
    }
    let file = SourceFile(path: "a.c", text: lines.joined(separator: "\n") + "\nend")
    let definitions = (0..<Int.random(in: 0...25, using: &random)).map { number in
      let start = Int.random(in: 1...count, using: &random)
      return Definition(
        symbol: "d\(number)", kind: "k", lines: start...(start + Int.random(in: 0...40, using: &random)),
        isOwnChunk: Bool.random(using: &random), isContainer: Bool.random(using: &random),
        hasThinHead: Bool.random(using: &random))
    }
    let settings = ChunkingSettings(maximumLines: 12, maximumBytes: 4_000)
    let drafts = DefinitionLayout.drafts(for: file, definitions: definitions, settings: settings)
    ChunkAssertions.expectSound(drafts, of: file, settings: settings)
  }
}
