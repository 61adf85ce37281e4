import GRDB

extension ChunkStore {
  /// How many reads may run at once on one store.
  static let readers = 4

  /// Creates an empty database for writing. Blocks.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`, also when the file exists.
  public static func create(at path: String) throws -> ChunkStore {
    guard !FileSystem.exists(path) else {
      throw failure("already exists: a generation is never written twice", path, nil)
    }
    var configuration = configuration()
    configuration.prepareDatabase { database in
      // A crash while building throws the draft away, so nothing needs to reach the disk before `finish()`.
      try database.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY")
    }
    do {
      let pool = try DatabasePool(path: path, configuration: configuration)
      try ChunkSchema.migrator.migrate(pool)
      return ChunkStore(path: path, pool: pool, count: 0)
    } catch {
      throw failure("could not be created", path, error)
    }
  }

  /// Opens a finished database. Blocks for a few milliseconds.
  ///
  /// - Parameter readOnly: true opens it without ever writing beside it, from any number of processes; false migrates an
  ///   older schema first.
  /// - Throws: ``IndexingError`` with code `indexing.store-failure` (missing, damaged) or `indexing.store-format`.
  public static func open(at path: String, readOnly: Bool = true) throws -> ChunkStore {
    guard FileSystem.exists(path) else {
      throw failure("is missing: restore the file, or index again", path, nil)
    }
    var configuration = configuration()
    configuration.readonly = readOnly
    do {
      let pool = try DatabasePool(path: path, configuration: configuration)
      if !readOnly { try ChunkSchema.migrator.migrate(pool) }
      let applied = try pool.read { try ChunkSchema.migrator.appliedIdentifiers($0) }
      guard ChunkSchema.isReadable(applied) else {
        throw IndexingError(
          .storeFormat, "The chunk database has another schema than this program: index again, or use a newer program.",
          path: path, expected: ChunkSchema.identifiers.joined(separator: ","),
          actual: applied.sorted().joined(separator: ","))
      }
      let last = try pool.read { try Int64.fetchOne($0, sql: "SELECT MAX(row) FROM chunk") }
      return ChunkStore(path: path, pool: pool, count: Int(last ?? -1) + 1)
    } catch let error as IndexingError {
      throw error
    } catch {
      throw failure("could not be opened: it is damaged or not a database, so index again", path, error)
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.maximumReaderCount = readers
    configuration.label = "chunks"
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA mmap_size = 268435456") }
    return configuration
  }
}
