/// Turns the definitions of a file into chunks that together cover it.
///
/// A definition without inner ones is one chunk. A definition with inner ones gives a chunk for its head (up to the first
/// inner one), one for each inner one, and one for whatever of substance lies between them, under its own name. Closing
/// brackets join the chunk before them, short comments the chunk after them.
struct DefinitionLayout {
  private let lines: LineTable
  private let windows: LineWindows
  private let comments: CommentStyle
  private var segments: [Segment] = []

  private struct Segment {
    var symbol: String?
    var kind: String?
    var lines: ClosedRange<Int>
  }

  private struct Node {
    var definition: Definition
    var children: [Node] = []
  }

  /// Comments longer than this are chunks of their own: licence headers, essays.
  private static let longestAttachedComment = 12

  static func drafts(for file: SourceFile, definitions: [Definition], settings: ChunkingSettings) -> [ChunkDraft] {
    guard !file.lines.isEmpty else { return [] }
    let windows = LineWindows(lines: file.lines, settings: settings)
    var layout = DefinitionLayout(
      lines: file.lines, windows: windows, comments: CommentStyle(language: file.language))
    let whole = 1...file.lines.count
    var pending = ArraySlice(
      definitions.filter { whole.contains($0.lines.lowerBound) && whole.contains($0.lines.upperBound) }
        .sorted { ($0.lines.lowerBound, -$0.lines.upperBound) < ($1.lines.lowerBound, -$1.lines.upperBound) })
    let small = pending.filter { !$0.isOwnChunk }
    pending = ArraySlice(pending.filter(\.isOwnChunk))
    let roots = layout.nest(&pending, within: whole)
    layout.lay(roots, in: whole, owner: nil)
    return layout.segments.flatMap { segment in
      var (symbol, kind) = (segment.symbol, segment.kind)
      if symbol == nil {
        // Text outside of any larger definition is named only when it defines exactly one thing.
        let inside = small.filter { segment.lines.contains($0.lines.lowerBound) }
        if let only = inside.first, inside.count == 1 { (symbol, kind) = (only.symbol, only.kind) }
      }
      return windows.drafts(segment.lines, symbol: symbol, kind: kind)
    }
  }

  private init(lines: LineTable, windows: LineWindows, comments: CommentStyle) {
    self.lines = lines
    self.windows = windows
    self.comments = comments
  }

  /// A tree from sorted ranges. A range that reaches over its parent's end is cut: ends reported by ctags can be wrong.
  private func nest(_ pending: inout ArraySlice<Definition>, within outer: ClosedRange<Int>) -> [Node] {
    var nodes: [Node] = []
    while var next = pending.first, outer.contains(next.lines.lowerBound) {
      pending.removeFirst()
      if next.lines.upperBound > outer.upperBound { next.lines = next.lines.lowerBound...outer.upperBound }
      let children = nest(&pending, within: next.lines)
      let isDivided = next.isContainer || !windows.fits(next.lines)
      nodes.append(Node(definition: next, children: isDivided ? children : []))
    }
    return nodes
  }

  private mutating func lay(_ nodes: [Node], in range: ClosedRange<Int>, owner: Definition?) {
    var next = range.lowerBound
    var isHead = true
    for node in nodes {
      // Two definitions that share a line share the chunk of the first.
      guard node.definition.lines.upperBound >= next else { continue }
      var start = max(next, node.definition.lines.lowerBound)
      if isHead, owner != nil, start <= range.lowerBound {
        // The inner definition begins on its owner's first line: there is no head to cut off.
        guard node.definition.lines.upperBound > range.lowerBound else { continue }
        start = range.lowerBound + 1
      }
      if start > next {
        start = layGap(next...(start - 1), owner: owner, isHead: isHead && owner != nil, before: start)
      }
      isHead = false
      lay(node, from: start)
      next = node.definition.lines.upperBound + 1
    }
    if next <= range.upperBound {
      _ = layGap(next...range.upperBound, owner: owner, isHead: isHead && owner != nil, before: nil)
    }
  }

  private mutating func lay(_ node: Node, from start: Int) {
    let range = start...max(start, node.definition.lines.upperBound)
    if node.children.isEmpty {
      segments.append(Segment(symbol: node.definition.symbol, kind: node.definition.kind, lines: range))
    } else {
      lay(node.children, in: range, owner: node.definition)
    }
  }

  /// Places lines that belong to no inner definition. Returns where the following definition's chunk begins, which is
  /// earlier than `following` when a comment of the gap joins it.
  private mutating func layGap(_ gap: ClosedRange<Int>, owner: Definition?, isHead: Bool, before following: Int?) -> Int
  {
    var (low, high) = (gap.lowerBound, gap.upperBound)
    if isHead, let owner, owner.hasThinHead, following != nil, gap.count(where: { !lines.isBlank($0) }) <= 2 {
      return gap.lowerBound
    }
    if !isHead, !segments.isEmpty {
      while low <= high, lines.isBlank(low) || comments.isCloser(lines.content(of: low)) { low += 1 }
      if low > gap.lowerBound, let last = segments.indices.last {
        segments[last].lines = segments[last].lines.lowerBound...(low - 1)
      }
    }
    if following != nil {
      while high >= low, high > gap.upperBound - Self.longestAttachedComment,
        lines.isBlank(high) || comments.isComment(lines.content(of: high))
      {
        high -= 1
      }
      // A longer comment is not torn apart.
      if high >= low, comments.isComment(lines.content(of: high)) { high = gap.upperBound }
    }
    if low <= high, windows.trimmed(low...high) != nil {
      segments.append(Segment(symbol: owner?.symbol, kind: owner?.kind, lines: low...high))
    }
    return max(high, low - 1) + 1
  }
}
