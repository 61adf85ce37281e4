import GRDB

extension ChunkStore {
  /// Adds chunks, whose rows continue those already stored, in one transaction. Runs on the database's own queue.
  /// One call at a time.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.row-order` or `indexing.store-failure`; nothing was added then.
  public func append(_ chunks: [Chunk]) async throws {
    let (path, first) = (path, Int64(count))
    try await write { database in
      try Self.insert(chunks, from: first, into: database, path: path)
    }
    setCount(Int(first) + chunks.count)
  }

  /// Stores strings under keys, replacing what was there.
  public func setMeta(_ values: [String: String]) async throws {
    try await write { database in
      for (key, value) in values {
        try database.execute(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)", arguments: [key, value])
      }
    }
  }

  /// Builds the indexes, folds the write-ahead log into the file and closes the store. The file then needs no companion
  /// and never changes again.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`.
  public func finish() async throws {
    try await write { database in
      try database.execute(sql: ChunkSchema.indexes)
      try database.execute(sql: "ANALYZE")
    }
    do {
      try await pool.writeWithoutTransaction { database in
        _ = try database.checkpoint(.truncate)
      }
      try pool.close()
      // The mode can only be changed by the last connection. Without WAL a reader needs no shared-memory file.
      let queue = try DatabaseQueue(path: path)
      try await queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA journal_mode = DELETE")
      }
      try queue.close()
    } catch {
      throw Self.failure("could not be finished", path, error)
    }
  }

  private func write(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
    do {
      try await pool.write(body)
    } catch let error as DatabaseError {
      throw Self.failure("could not be written: look for a full disk", path, error)
    }
  }

  private static func insert(
    _ chunks: [Chunk], from first: Int64, into database: Database, path: String
  ) throws {
    var next = first
    let chunkStatement = try database.cachedStatement(
      sql: """
        INSERT INTO chunk (row, id, path, language, symbol, kind, start_line, end_line, content_hash, text)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for chunk in chunks {
      guard chunk.row == next else {
        throw IndexingError(
          .rowOrder, "Chunks must be appended in row order, without gaps.", path: path, expected: String(next),
          actual: String(chunk.row))
      }
      try chunkStatement.execute(arguments: [
        chunk.row, chunk.id, chunk.path, chunk.language, chunk.symbol, chunk.kind, chunk.startLine, chunk.endLine,
        chunk.contentHash, chunk.text,
      ])
      next += 1
    }
  }
}
