import GRDB

/// The chunks of one generation in SQLite.
///
/// A store is created, filled in row order, finished with ``finish()``, and from then on opened read-only, by any number
/// of processes, even from a directory they cannot write. Reads run on connections of their own, several at once, and
/// suspend instead of blocking. While being built the database is in WAL mode; finishing folds the log into the file.
public final class ChunkStore: Sendable {
  /// Where the database is.
  public let path: String
  let pool: DatabasePool
  /// Keeps the generation's directory: connections are opened when they are first needed.
  private let hold: FileLock?
  private let stored: Locked<Int>

  init(path: String, pool: DatabasePool, count: Int, hold: FileLock? = nil) {
    self.path = path
    self.pool = pool
    self.hold = hold
    stored = Locked(count)
  }

  func holding(_ hold: FileLock) -> ChunkStore { ChunkStore(path: path, pool: pool, count: count, hold: hold) }

  /// The number of chunks, which is also the first unused row. Costs nothing.
  public var count: Int { stored.withLock { $0 } }

  func setCount(_ count: Int) { stored.withLock { $0 = count } }

  /// The chunks with these rows, in this order; a row given twice comes twice, and one that does not exist is left out.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`; `CancellationError`.
  public func chunks(rows: [Int64]) async throws -> [Chunk] {
    try await read { database in
      let statement = try database.cachedStatement(sql: "\(ChunkRow.select) WHERE row = ?")
      return try rows.compactMap { try ChunkRow.fetchOne(statement, arguments: [$0])?.chunk }
    }
  }

  /// Calls `body` with all chunks in row order, in batches.
  ///
  /// - Parameters:
  ///   - size: chunks in a batch, at least 1.
  ///   - first: the row to begin with.
  public func forEachBatch(
    of size: Int = 256, from first: Int64 = 0, _ body: ([Chunk]) async throws -> Void
  ) async throws {
    var next = first
    while true {
      let start = next
      let batch = try await read { database in
        try ChunkRow.fetchAll(
          database.cachedStatement(sql: "\(ChunkRow.select) WHERE row >= ? ORDER BY row LIMIT ?"),
          arguments: [start, max(1, size)]
        ).map(\.chunk)
      }
      guard let last = batch.last else { return }
      try await body(batch)
      next = last.row + 1
    }
  }

  /// The rows of the chunks whose ``Chunk/contentHash`` is among `hashes`, ascending. Hashes without a chunk are absent.
  public func rows(forContentHashes hashes: [String]) async throws -> [String: [Int64]] {
    try await read { database in
      let statement = try database.cachedStatement(sql: "SELECT row FROM chunk WHERE content_hash = ? ORDER BY row")
      var found: [String: [Int64]] = [:]
      for hash in hashes where found[hash] == nil {
        let rows = try Int64.fetchAll(statement, arguments: [hash])
        if !rows.isEmpty { found[hash] = rows }
      }
      return found
    }
  }

  /// The value stored under `key`, nil when there is none.
  public func meta(_ key: String) async throws -> String? {
    try await read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key]) }
  }

  /// Closes every connection. Reads that still run make this throw; calling it again does nothing.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`.
  public func close() throws {
    do {
      try pool.close()
    } catch {
      throw Self.failure("could not be closed, because a read is still running: wait for it", path, error)
    }
  }

  /// Runs a read and turns database errors into ours; cancellation stays what it is.
  func read<R: Sendable>(_ body: @escaping @Sendable (Database) throws -> R) async throws -> R {
    do {
      return try await pool.read(body)
    } catch let error as DatabaseError {
      throw Self.failure("could not be read", path, error)
    }
  }

  static func failure(_ what: String, _ path: String, _ underlying: (any Error)?) -> IndexingError {
    IndexingError(.storeFailure, "The chunk database \(what).", path: path, underlying: underlying)
  }
}
