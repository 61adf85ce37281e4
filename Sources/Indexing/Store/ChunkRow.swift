import GRDB

/// Decodes a row of the table `chunk` by column position.
struct ChunkRow: FetchableRecord {
  static let select = """
    SELECT row, id, path, language, symbol, kind, start_line, end_line, text, content_hash FROM chunk
    """

  let chunk: Chunk

  init(row: Row) throws {
    chunk = Chunk(
      id: try row.decode(atIndex: 1), row: try row.decode(atIndex: 0), path: try row.decode(atIndex: 2),
      language: try row.decode(atIndex: 3), symbol: try row.decode(atIndex: 4), kind: try row.decode(atIndex: 5),
      startLine: try row.decode(atIndex: 6), endLine: try row.decode(atIndex: 7), text: try row.decode(atIndex: 8),
      contentHash: try row.decode(atIndex: 9))
  }
}
