/// A chunk as a chunker sees it: where it is and what it is called; ids, hashes and rows come later.
public struct ChunkDraft: Sendable, Hashable {
  /// Qualified name of the definition, when there is one.
  public var symbol: String?
  /// Kind of definition.
  public var kind: String?
  /// First and last line, 1-based, inclusive.
  public var lines: ClosedRange<Int>
  /// The text; the lines joined with "\n", or a part of a line that is too long for one chunk.
  public var text: String

  /// Creates a draft.
  public init(symbol: String?, kind: String?, lines: ClosedRange<Int>, text: String) {
    self.symbol = symbol
    self.kind = kind
    self.lines = lines
    self.text = text
  }
}
