import GRDB

extension ChunkStore {
  /// The rows of the chunks that pass all of these conditions; an empty list or set is no condition. Reads one index of the
  /// database, not the texts.
  ///
  /// - Parameters:
  ///   - paths: the chunk's file must match one of them.
  ///   - excluded: and none of these.
  ///   - languages: the chunk's language must be among them.
  ///   - kinds: its definition must be of one of these; text outside of definitions is of none.
  /// - Throws: ``IndexingError`` with code `indexing.store-failure`; `CancellationError`.
  public func rows(
    paths: [PathGlob] = [], excluding excluded: [PathGlob] = [], languages: Set<String> = [],
    kinds: Set<SymbolKind> = []
  ) async throws -> [Int64] {
    let looksAtPaths = !paths.isEmpty || !excluded.isEmpty
    return try await read { database in
      let statement = try database.cachedStatement(sql: Self.facts)
      let cursor = try Row.fetchCursor(statement)
      var rows: [Int64] = []
      var path: (text: String, passes: Bool)?
      var verdicts: [LanguageWord: Bool] = [:]
      while let row = try cursor.next() {
        if looksAtPaths {
          let text: String = row[1]
          // One file's chunks come together.
          if path?.text != text {
            path = (
              text,
              (paths.isEmpty || paths.contains { $0.matches(text) }) && !excluded.contains { $0.matches(text) }
            )
          }
          guard path?.passes == true else { continue }
        }
        if !languages.isEmpty || !kinds.isEmpty {
          let word = LanguageWord(language: row[2], word: row[3])
          let passes = verdicts[word] ?? word.passes(languages, kinds)
          verdicts[word] = passes
          guard passes else { continue }
        }
        rows.append(row[0])
      }
      return rows
    }
  }

  /// In the order of the index that has all of it; an older database without that index gives the same, more slowly.
  static let facts = "SELECT row, path, language, kind FROM chunk ORDER BY path, language, kind"

  private struct LanguageWord: Hashable {
    let language: String
    let word: String?

    func passes(_ languages: Set<String>, _ kinds: Set<SymbolKind>) -> Bool {
      guard languages.isEmpty || languages.contains(language) else { return false }
      guard !kinds.isEmpty else { return true }
      return word.map { kinds.contains(SymbolKind(word: $0, language: language)) } ?? false
    }
  }
}
