import Foundation
import GRDB
import Indexing

@testable import Retrieval

/// SQLite's own full-text search over the same words: what the keyword index must answer, but for the rarity of words.
struct FullTextOracle {
  private let database: DatabaseQueue
  private let count: Int

  init(_ chunks: [Chunk]) throws {
    count = chunks.count
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

  /// Every hit, best first, ties by row: what FTS5 gives a row for each word alone, with Lucene's rarity in place of its own.
  func search(_ question: String) throws -> [ChannelHit] {
    var scores: [Int64: Double] = [:]
    try database.read { database in
      for token in IdentifierTokens.queryTokens(question) {
        let rows = try Row.fetchAll(
          database, sql: "SELECT rowid, rank FROM words WHERE words MATCH ?", arguments: ["\"\(token)\""])
        let (all, having) = (Double(count), Double(rows.count))
        let odds = (all - having + 0.5) / (having + 0.5)
        let theirs = log(odds) > 0 ? log(odds) : 1e-6
        for row in rows { scores[row[0], default: 0] += -(row[1] as Double) / theirs * log(1 + odds) }
      }
    }
    return scores.map { ChannelHit(row: $0.key, score: $0.value) }.sorted { ChannelHit.precedes($0, $1) }
  }

  private static func words(_ text: String) -> String { IdentifierTokens.tokens(of: text).joined(separator: " ") }
}
