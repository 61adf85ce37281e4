import GRDB
import Testing

@testable import Indexing

struct ChunkFilterTests {
  private let directory: TemporaryDirectory
  private let store: ChunkStore

  init() async throws {
    directory = try TemporaryDirectory()
    let facts: [(path: String, language: String, word: String?)] = [
      ("Sources/A.swift", "swift", "struct"), ("Sources/A.swift", "swift", "func"), ("Sources/A.swift", "swift", nil),
      ("Sources/b.py", "python", "member"), ("Sources/b.py", "python", "class"), ("Tests/A.swift", "swift", "func"),
      ("lib/c.c", "c", "member"), ("lib/c.c", "c", "function"), ("README.md", "markdown", "section"),
    ]
    let chunks = facts.enumerated().map { number, fact in
      Chunk(
        id: "id\(number)", row: Int64(number), path: fact.path, language: fact.language,
        symbol: fact.word.map { _ in "s" }, kind: fact.word, startLine: 1, endLine: 2,
        text: "needle" + String(repeating: " needle", count: number), contentHash: "\(number)")
    }
    store = try await ChunkStoreTests.store(chunks, in: directory)
  }

  @Test(arguments: [
    // paths, excluded, languages, kinds, rows
    ([], [], [], [], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
    (["Sources/**"], [], [], [], [0, 1, 2, 3, 4]),
    (["Sources/**", "*.md"], [], [], [], [0, 1, 2, 3, 4, 8]),
    (["*.swift"], ["Tests/"], [], [], [0, 1, 2]),
    ([], ["Sources", "Tests"], [], [], [6, 7, 8]),
    ([], [], ["python", "c"], [], [3, 4, 6, 7]),
    ([], [], [], ["function"], [1, 3, 5, 7]),
    ([], [], [], ["struct", "class"], [0, 4]),
    ([], [], ["swift"], ["function", "variable"], [1, 5]),
    (["Sources/**"], [], ["swift"], ["function"], [1]),
    (["nowhere/**"], [], [], [], []),
  ])
  func conditions_resolved_rowsThatMeetAll(
    paths: [String], excluded: [String], languages: [String], kinds: [String], rows: [Int]
  ) async throws {
    let found = try await store.rows(
      paths: paths.map { try PathGlob($0) }, excluding: excluded.map { try PathGlob($0) }, languages: Set(languages),
      kinds: Set(kinds.compactMap { SymbolKind(rawValue: $0) }))
    #expect(found.sorted() == rows.map { Int64($0) })
    try store.close()
  }

  @Test func facts_read_fromTheIndexAlone() async throws {
    let detail = try await store.read { database in
      try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + ChunkStore.facts).map { $0["detail"] as String }
        .joined(separator: "; ")
    }
    #expect(detail.contains("COVERING INDEX chunk_facts"), "\(detail)")
    #expect(!detail.contains("TEMP B-TREE"), "\(detail)")
    try store.close()
  }

  @Test func databaseWithoutTheIndex_resolved_sameRows() async throws {
    try store.close()
    let queue = try DatabaseQueue(path: store.path)
    try await queue.write { try $0.execute(sql: "DROP INDEX chunk_facts") }
    try queue.close()
    let older = try ChunkStore.open(at: store.path)
    #expect(try await older.rows(languages: ["python"]).sorted() == [3, 4])
    try older.close()
  }
}
