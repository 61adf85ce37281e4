import GRDB
import Indexing

@testable import Retrieval

/// SQLite's own full-text search over the same words: what the keyword index must answer.
struct FullTextOracle {
  private let database: DatabaseQueue

  init(_ chunks: [Chunk]) throws {
    database = try DatabaseQueue()
    try database.write { database in
      try database.execute(
        sql: """
          CREATE VIRTUAL TABLE words USING fts5(
            symbol, path, body, content='', tokenize="porter ascii tokenchars '_'");
          INSERT INTO words(words, rank) VALUES ('rank', 'bm25(4.0, 2.0, 1.0)');
          """)
      for chunk in chunks {
        try database.execute(
          sql: "INSERT INTO words (rowid, symbol, path, body) VALUES (?, ?, ?, ?)",
          arguments: [chunk.row, Self.words(chunk.symbol ?? ""), Self.words(chunk.path), Self.words(chunk.text)])
      }
    }
  }

  /// Every hit, best first, ties by row.
  func search(_ question: String) throws -> [ChannelHit] {
    let tokens = IdentifierTokens.queryTokens(question)
    guard !tokens.isEmpty else { return [] }
    let expression = tokens.map { "\"\($0)\"" }.joined(separator: " OR ")
    return try database.read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank, rowid", arguments: [expression]
      )
      return rows.map { ChannelHit(row: $0[0], score: -($0[1] as Double)) }
    }
  }

  private static func words(_ text: String) -> String { IdentifierTokens.tokens(of: text).joined(separator: " ") }
}
