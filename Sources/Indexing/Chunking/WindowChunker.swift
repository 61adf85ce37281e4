/// Cuts any text into windows on blank lines and indentation: for files without definitions, and as the fallback.
///
/// Windows hold at most ``ChunkingSettings/maximumLines`` lines and ``ChunkingSettings/maximumBytes`` bytes. Where a cut
/// does not fall on a blank line, the next window repeats ``ChunkingSettings/overlapLines`` lines.
public struct WindowChunker: Chunker {
  private let settings: ChunkingSettings

  /// Creates a chunker.
  public init(settings: ChunkingSettings = ChunkingSettings()) { self.settings = settings }

  /// The windows of the whole file; symbols are nil. Never throws.
  public func chunks(of file: SourceFile) -> [ChunkDraft] {
    guard !file.lines.isEmpty else { return [] }
    return LineWindows(lines: file.lines, settings: settings).drafts(1...file.lines.count, symbol: nil, kind: nil)
  }
}
