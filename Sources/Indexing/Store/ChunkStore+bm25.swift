import GRDB

extension ChunkStore {
  /// The best rows for a question by BM25 over symbol, path and body (weights 4, 2 and 1), best first, ties by row.
  ///
  /// Any text is a valid question: it is split like the indexed text and its words are quoted. A question without a word,
  /// such as one of punctuation only, has no hits.
  ///
  /// - Parameters:
  ///   - limit: the most rows to return.
  ///   - isSelected: which rows count; the others are left out before the limit and change no score. Called on the
  ///     database's own queue; nil takes all.
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`; `CancellationError`.
  public func bm25(
    query: String, limit: Int, where isSelected: (@Sendable (Int64) -> Bool)? = nil
  ) async throws -> [ScoredRow] {
    guard limit > 0, let expression = IdentifierTokens.matchExpression(query) else { return [] }
    let predicates = predicates
    return try await read { database in
      guard let isSelected else { return try Self.hits(database, Self.matches(), [expression, limit]) }
      return try predicates.with(isSelected) { number in
        try Self.hits(database, Self.matches(and: "row_selected(rowid, ?)"), [expression, number, limit])
      }
    }
  }

  private static func matches(and condition: String? = nil) -> String {
    "SELECT rowid, rank FROM chunk_fts WHERE chunk_fts MATCH ?\(condition.map { " AND \($0)" } ?? "") "
      + "ORDER BY rank, rowid LIMIT ?"
  }

  private static func hits(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws -> [ScoredRow] {
    let hits = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
    var rows: [ScoredRow] = []
    while let hit = try hits.next() { rows.append(ScoredRow(row: hit[0], score: -(hit[1] as Double))) }
    return rows
  }
}
