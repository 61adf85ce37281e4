import Testing

@testable import Indexing

struct WindowChunkerTests {
  @Test func longText_cut_onBlankLinesWithoutOverlap() {
    let paragraph = (0..<9).map { "line \($0)" }.joined(separator: "\n")
    let file = SourceFile(path: "a.txt", text: Array(repeating: paragraph, count: 20).joined(separator: "\n\n"))
    let drafts = WindowChunker().chunks(of: file)
    ChunkAssertions.expectSound(drafts, of: file)
    #expect(drafts.count > 2)
    #expect(drafts.dropLast().allSatisfy { file.lines.isBlank($0.lines.upperBound + 1) })
    #expect(zip(drafts, drafts.dropFirst()).allSatisfy { $0.lines.upperBound < $1.lines.lowerBound })
  }

  @Test func textWithoutBlankLines_cut_withTheDocumentedOverlap() {
    let settings = ChunkingSettings(maximumLines: 20, overlapLines: 3)
    let file = SourceFile(path: "a.txt", text: (0..<100).map { "line \($0)" }.joined(separator: "\n"))
    let drafts = WindowChunker(settings: settings).chunks(of: file)
    ChunkAssertions.expectSound(drafts, of: file, settings: settings)
    #expect(zip(drafts, drafts.dropFirst()).allSatisfy { $1.lines.lowerBound == $0.lines.upperBound + 1 - 3 })
  }

  @Test func lineOverTheByteLimit_cut_intoPiecesThatGiveItBack() {
    let long = (0..<3_000).map { "wörd\($0)🙂" }.joined(separator: " ")
    let file = SourceFile(path: "a.txt", text: "before\n\(long)\nafter")
    let drafts = WindowChunker().chunks(of: file)
    ChunkAssertions.expectSound(drafts, of: file)
    #expect(drafts.contains { $0.lines == 2...2 && $0.text.contains("🙂") })
  }

  @Test(arguments: ["", "\n\n\n", "   "])
  func blankText_cut_noChunk(text: String) {
    #expect(WindowChunker().chunks(of: SourceFile(path: "a.txt", text: text)).isEmpty)
  }

  @Test(arguments: UInt64(1)...60)
  func randomText_cut_sound(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let settings = ChunkingSettings(
      maximumLines: Int.random(in: 4...30, using: &random), maximumBytes: Int.random(in: 64...400, using: &random),
      overlapLines: Int.random(in: 0...1, using: &random))
    let lines = (0..<Int.random(in: 1...300, using: &random)).map { _ in
      String(repeating: " ", count: Int.random(in: 0...8, using: &random))
        + String(repeating: "é", count: [0, 0, 3, 20, 120, 700].randomElement(using: &random) ?? 0)
    }
    let file = SourceFile(path: "a.txt", text: lines.joined(separator: "\n"))
    ChunkAssertions.expectSound(WindowChunker(settings: settings).chunks(of: file), of: file, settings: settings)
  }
}
