import GRDB

extension ChunkStore {
  /// The best rows for a question by BM25 over symbol, path and body (weights 4, 2 and 1), best first, ties by row.
  ///
  /// Any text is a valid question: it is split like the indexed text and its words are quoted. A question without a word,
  /// such as one of punctuation only, has no hits.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`; `CancellationError`.
  public func bm25(query: String, limit: Int) async throws -> [ScoredRow] {
    guard limit > 0, let expression = IdentifierTokens.matchExpression(query) else { return [] }
    return try await read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT rowid, rank FROM chunk_fts WHERE chunk_fts MATCH ? ORDER BY rank, rowid LIMIT ?")
      let hits = try Row.fetchCursor(statement, arguments: [expression, limit])
      var rows: [ScoredRow] = []
      while let hit = try hits.next() { rows.append(ScoredRow(row: hit[0], score: -(hit[1] as Double))) }
      return rows
    }
  }
}
