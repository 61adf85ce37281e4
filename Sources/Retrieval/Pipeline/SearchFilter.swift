public import Indexing

/// Which chunks a search may find: by path, language and kind of definition. All conditions must hold; a list without
/// entries is no condition.
public struct SearchFilter: Sendable, Hashable {
  /// The file must match one of these.
  public let paths: [PathGlob]
  /// And none of these.
  public let excludedPaths: [PathGlob]
  /// The chunk's language must be one of these, in the words of ``Language/all``.
  public let languages: Set<String>
  /// The chunk must be a definition of one of these kinds.
  public let kinds: Set<SymbolKind>

  /// The most path patterns of a filter, in each of the two lists.
  public static let maximumPaths = 32

  /// Reads the texts of a request.
  ///
  /// - Throws: `IndexingError` with code `indexing.path-pattern`; ``RetrievalError`` with `filter` for an unknown language
  ///   or kind, naming the known ones, and for too many patterns.
  public init(
    paths: [String] = [], excludedPaths: [String] = [], languages: [String] = [], kinds: [String] = []
  ) throws {
    self.paths = try Self.globs(paths)
    self.excludedPaths = try Self.globs(excludedPaths)
    for language in languages where !Language.all.contains(language) {
      throw RetrievalError(
        .filter, "There is no language of this name to filter by.",
        expected: "one of \(Language.all.joined(separator: ", "))", actual: language)
    }
    self.languages = Set(languages)
    self.kinds = Set(
      try kinds.map { name in
        guard let kind = SymbolKind(rawValue: name) else {
          throw RetrievalError(
            .filter, "There is no kind of definition of this name to filter by.",
            expected: "one of \(SymbolKind.allCases.map(\.rawValue).joined(separator: ", "))", actual: name)
        }
        return kind
      })
  }

  /// Whether it lets everything through.
  public var isEmpty: Bool { paths.isEmpty && excludedPaths.isEmpty && languages.isEmpty && kinds.isEmpty }

  private static func globs(_ texts: [String]) throws -> [PathGlob] {
    guard texts.count <= maximumPaths else {
      throw RetrievalError(
        .filter, "The filter has too many path patterns.", expected: "at most \(maximumPaths)",
        actual: "\(texts.count)")
    }
    return try texts.map { text in try PathGlob(text) }
  }
}

extension SearchFilter: CustomStringConvertible {
  /// "path Sources/** or lib/**, not *.md, language swift, kind class or function".
  public var description: String {
    [
      ("path", paths.map(\.description)), ("not", excludedPaths.map(\.description)),
      ("language", languages.sorted()), ("kind", kinds.map(\.rawValue).sorted()),
    ].filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: " or "))" }.joined(separator: ", ")
  }
}

extension RowSelection {
  /// The rows of a store that a filter lets through.
  ///
  /// - Throws: `IndexingError` with code `indexing.store-failure`; `CancellationError`.
  public init(_ filter: SearchFilter, in store: ChunkStore) async throws {
    self.init(
      try await store.rows(
        paths: filter.paths, excluding: filter.excludedPaths, languages: filter.languages, kinds: filter.kinds))
  }
}
