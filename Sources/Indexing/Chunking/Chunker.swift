/// Cuts one file into chunks.
///
/// Every line that holds more than white space is in at least one chunk; chunks come in the order of their first lines.
/// Calls block or compute for long, and come from several threads at once.
public protocol Chunker: Sendable {
  /// The chunks of `file`.
  ///
  /// - Throws: ``IndexingError`` when the file cannot be parsed; the caller then falls back to ``WindowChunker``.
  func chunks(of file: SourceFile) throws -> [ChunkDraft]
}
