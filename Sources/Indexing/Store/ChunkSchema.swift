import GRDB

/// The tables of a chunk database.
///
/// `chunk` holds the chunks, `meta` a few strings. Version 1 also had a full-text table; keywords have a file of their own
/// since, so version 2 is without it, and nothing that is read from a database of version 1 differs.
enum ChunkSchema {
  static let identifiers = ["v1", "v2"]

  /// Whether a database of these versions can be read: version 1 can, so that an index made before an upgrade still lends
  /// its vectors to the next one.
  static func isReadable(_ applied: Set<String>) -> Bool { applied == Set(identifiers) || applied == ["v1"] }

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
          """)
    }
    migrator.registerMigration("v2") { try $0.execute(sql: "DROP TABLE chunk_fts") }
    return migrator
  }

  /// Built once after the last chunk: cheaper than keeping them while rows are added.
  static let indexes = """
    CREATE INDEX IF NOT EXISTS chunk_content_hash ON chunk (content_hash);
    CREATE INDEX IF NOT EXISTS chunk_facts ON chunk (path, language, kind);
    """
}
