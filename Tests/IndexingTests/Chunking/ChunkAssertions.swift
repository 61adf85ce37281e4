import Testing

@testable import Indexing

/// What must hold for the chunks of any file.
enum ChunkAssertions {
  /// Every line with content is covered, drafts are in order, none is blank, texts are what the lines say.
  static func expectSound(
    _ drafts: [ChunkDraft], of file: SourceFile, settings: ChunkingSettings = ChunkingSettings(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var covered = Set<Int>()
    var previous = 0
    var pieces: [Int: String] = [:]
    for draft in drafts {
      covered.formUnion(draft.lines)
      if draft.lines.lowerBound < previous {
        Issue.record("\(file.path): out of order at \(draft.lines)", sourceLocation: sourceLocation)
      }
      previous = draft.lines.lowerBound
      if draft.text.allSatisfy(\.isWhitespace) {
        Issue.record("\(file.path): blank chunk at \(draft.lines)", sourceLocation: sourceLocation)
      }
      if draft.lines.count > settings.maximumLines || draft.text.utf8.count > settings.maximumBytes {
        Issue.record("\(file.path): too large at \(draft.lines)", sourceLocation: sourceLocation)
      }
      if draft.text != file.lines.text(draft.lines) {
        if draft.lines.count == 1 {
          pieces[draft.lines.lowerBound, default: ""] += draft.text
        } else {
          Issue.record("\(file.path): other text at \(draft.lines)", sourceLocation: sourceLocation)
        }
      }
    }
    for (line, text) in pieces where text != file.lines[line] {
      Issue.record("\(file.path): the pieces of line \(line) are not the line", sourceLocation: sourceLocation)
    }
    for line in 1..<(file.lines.count + 1) where !file.lines.isBlank(line) && !covered.contains(line) {
      Issue.record("\(file.path): line \(line) is lost: \(file.lines[line])", sourceLocation: sourceLocation)
    }
  }
}
