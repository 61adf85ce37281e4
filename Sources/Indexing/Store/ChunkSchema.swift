import GRDB

/// The tables of a chunk database.
///
/// `chunk` holds the chunks, `meta` a few strings. `chunk_fts` is a contentless FTS5 table over identifier tokens, with
/// `rowid` = `chunk.row` and one column each for symbol, path and body. Its tokenizer only separates at spaces and stems
/// English (Porter), since ``IdentifierTokens`` has done the splitting.
enum ChunkSchema {
  /// Weights of the columns symbol, path and body in BM25: a hit in the name says more than one in the path, and that
  /// more than one in the text. FTS5 multiplies a term's frequency in a column by the column's weight.
  static let weights = (symbol: 4.0, path: 2.0, body: 1.0)

  static let identifiers = ["v1"]

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { database in
      try database.execute(
        sql: """
          CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE chunk (
            row INTEGER PRIMARY KEY NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, language TEXT NOT NULL, symbol TEXT,
            kind TEXT, start_line INTEGER NOT NULL, end_line INTEGER NOT NULL, content_hash TEXT NOT NULL,
            text TEXT NOT NULL);
          CREATE VIRTUAL TABLE chunk_fts USING fts5(
            symbol, path, body, content='', tokenize="porter ascii tokenchars '_'");
          INSERT INTO chunk_fts(chunk_fts, rank)
            VALUES ('rank', 'bm25(\(weights.symbol), \(weights.path), \(weights.body))');
          """)
    }
    return migrator
  }

  /// Built once after the last chunk: cheaper than keeping them while rows are added.
  static let indexes = """
    CREATE INDEX IF NOT EXISTS chunk_content_hash ON chunk (content_hash);
    CREATE INDEX IF NOT EXISTS chunk_facts ON chunk (path, language, kind);
    """
}
