import Foundation
import GRDB
import Testing

@testable import Indexing

struct ChunkStoreTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  static func chunk(_ row: Int64, path: String = "a.swift", symbol: String? = nil, text: String) -> Chunk {
    Chunk(
      id: "id\(row)", row: row, path: path, language: "swift", symbol: symbol, kind: symbol == nil ? nil : "func",
      startLine: Int(row) + 1, endLine: Int(row) + 2, text: text, contentHash: Checksum.hex(of: text))
  }

  /// A finished store with these chunks, open for reading.
  static func store(_ chunks: [Chunk], in directory: TemporaryDirectory, name: String = "c.sqlite") async throws
    -> ChunkStore
  {
    let store = try ChunkStore.create(at: directory.sub(name))
    try await store.append(chunks)
    try await store.finish()
    return try ChunkStore.open(at: directory.sub(name))
  }

  @Test func chunks_storedAndRead_equalInTheAskedOrder() async throws {
    let chunks = (0..<10).map {
      Self.chunk($0, symbol: $0 % 2 == 0 ? "s\($0)" : nil, text: "text \($0) 🙂\nline")
    }
    let store = try await Self.store(chunks, in: directory)
    #expect(store.count == 10)
    #expect(try await store.chunks(rows: [7, 0, 7]) == [chunks[7], chunks[0], chunks[7]])
    #expect(try await store.chunks(rows: []) == [])
    var seen: [[Chunk]] = []
    try await store.forEachBatch(of: 4) { seen.append($0) }
    #expect(seen.map(\.count) == [4, 4, 2])
    #expect(seen.flatMap { $0 } == chunks)
    try store.close()
    try store.close()
  }

  @Test func unknownRow_read_leftOut() async throws {
    let chunk = Self.chunk(0, text: "x")
    let store = try await Self.store([chunk], in: directory)
    #expect(try await store.chunks(rows: [5, 0, -1]) == [chunk])
  }

  @Test func gapInRows_appended_typedErrorAndNothingStored() async throws {
    let store = try ChunkStore.create(at: directory.sub("c.sqlite"))
    let error = await #expect(throws: IndexingError.self) {
      try await store.append([Self.chunk(0, text: "x"), Self.chunk(2, text: "y")])
    }
    #expect(error?.code == .rowOrder)
    #expect(store.count == 0)
    try await store.append([Self.chunk(0, text: "x")])
    #expect(store.count == 1)
  }

  @Test func contentHashes_lookedUp_allRowsAscending() async throws {
    let texts = ["a", "b", "a", "c", "a"]
    let chunks = texts.enumerated().map { Self.chunk(Int64($0.offset), text: $0.element) }
    let store = try await Self.store(chunks, in: directory)
    let (a, b) = (Checksum.hex(of: "a"), Checksum.hex(of: "b"))
    let found = try await store.rows(forContentHashes: [b, a, a, "unknown"])
    #expect(found == [a: [0, 2, 4], b: [1]])
  }

  @Test func finishedStore_lookedAt_oneFileThatNeedsNoWriteAheadLog() async throws {
    let store = try await Self.store([Self.chunk(0, text: "x")], in: directory)
    #expect(store.count == 1)
    // Open for reading, and read from: still nothing beside it, so several processes and read-only media can use it.
    #expect(try FileSystem.entries(of: directory.path).map(\.name) == ["c.sqlite"])
    let header = try #require(try FileSystem.read(store.path, limit: 1 << 20))
    // Bytes 18 and 19 of the header: 1 is the rollback journal, 2 is WAL (SQLite file format, 1.3.3).
    #expect(header[18] == 1 && header[19] == 1)
    let second = try ChunkStore.open(at: store.path)
    #expect(try await second.chunks(rows: [0]) == store.chunks(rows: [0]))
  }

  @Test func readOnlyStore_appendedTo_typedError() async throws {
    let store = try await Self.store([Self.chunk(0, text: "x")], in: directory)
    let error = await #expect(throws: IndexingError.self) { try await store.append([Self.chunk(1, text: "y")]) }
    #expect(error?.code == .storeFailure)
  }

  @Test func missingOrDamagedFile_opened_typedErrorWithPath() async throws {
    for (path, code) in [
      (directory.sub("none"), IndexingError.Code.storeFailure),
      (try directory.write("text", "not a database at all, not even a little bit of one"), .storeFailure),
      (try directory.write("empty", ""), .storeFormat),
    ] {
      let error = #expect(throws: IndexingError.self) { try ChunkStore.open(at: path) }
      #expect(error?.code == code)
      #expect(error?.path == path)
    }
  }

  @Test func truncatedDatabase_used_typedErrorNotACrash() async throws {
    let chunks = (0..<500).map { Self.chunk($0, text: String(repeating: "word\($0) ", count: 50)) }
    let store = try await Self.store(chunks, in: directory)
    try store.close()
    #expect(truncate(store.path, 20_000) == 0)
    await #expect(throws: IndexingError.self) {
      let damaged = try ChunkStore.open(at: store.path)
      _ = try await damaged.chunks(rows: Array(0..<500))
    }
  }

  @Test func databaseOfVersion1_openedForReading_readAsEver() async throws {
    let chunk = Self.chunk(0, text: "x")
    let store = try await Self.store([chunk], in: directory)
    try store.close()
    let old = try DatabaseQueue(path: store.path)
    try await old.write { try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'v2'") }
    try old.close()
    let opened = try ChunkStore.open(at: store.path)
    #expect(try await opened.chunks(rows: [0]) == [chunk])
    try opened.close()
  }

  @Test func databaseOfAnUnknownVersion_opened_typedError() async throws {
    let store = try await Self.store([Self.chunk(0, text: "x")], in: directory)
    try store.close()
    let newer = try DatabaseQueue(path: store.path)
    try await newer.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v9')") }
    try newer.close()
    let error = #expect(throws: IndexingError.self) { try ChunkStore.open(at: store.path) }
    #expect(error?.code == .storeFormat)
    #expect(error?.expected == "v1,v2")
    #expect(error?.actual == "v1,v2,v9")
  }

  @Test func newStore_lookedAt_noFullTextTable() async throws {
    let store = try await Self.store([Self.chunk(0, text: "x")], in: directory)
    let tables = try await store.read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    #expect(tables.allSatisfy { !$0.contains("fts") } && tables.contains("chunk"))
  }

  @Test func existingFile_created_refused() throws {
    let path = try directory.write("c.sqlite", "x")
    #expect(throws: IndexingError.self) { try ChunkStore.create(at: path) }
  }

  @Test func meta_stored_readBack() async throws {
    let store = try ChunkStore.create(at: directory.sub("c.sqlite"))
    try await store.setMeta(["a": "1", "b": "2"])
    try await store.setMeta(["a": "3"])
    try await store.finish()
    let reader = try ChunkStore.open(at: directory.sub("c.sqlite"))
    #expect(try await reader.meta("a") == "3")
    #expect(try await reader.meta("none") == nil)
  }

  @Test func manyReaders_atOnce_allAnswered() async throws {
    let store = try await Self.store((0..<200).map { Self.chunk($0, text: "t\($0)") }, in: directory)
    let rows = try await withThrowingTaskGroup(of: Int64.self) { group in
      for row in 0..<200 { group.addTask { try await store.chunks(rows: [Int64(row)])[0].row } }
      return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
    }
    #expect(rows.count == 200)
  }
}
