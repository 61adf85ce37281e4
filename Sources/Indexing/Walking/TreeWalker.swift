/// Lists the files of a source tree that are worth indexing, sorted by path.
///
/// Honours `.gitignore` at every level and `.git/info/exclude`, with git's semantics, up to the top of the repository
/// around the root; a user's global excludes are not read, so that a tree gives the same index on every machine. `.git`
/// is never entered. No symbolic link is followed: what it leads to inside the tree is indexed under its own path, and
/// what lies outside was not asked for. Pipes, sockets and devices are never opened.
public struct TreeWalker: Sendable {
  /// The rules in use.
  public let options: WalkOptions

  /// Creates a walker.
  public init(options: WalkOptions = WalkOptions()) { self.options = options }

  /// What a walk found.
  public struct Result: Sendable {
    /// The files, sorted by the bytes of their index path.
    public var files: [WalkedFile] = []
    /// What was left out.
    public var skipped = SkipReport()
  }

  /// Walks one root. Blocks: call it on a thread of your own.
  ///
  /// - Parameters:
  ///   - root: the directory; may itself be a symbolic link.
  ///   - prefix: put before every path, without "/" at its end; empty for none.
  ///   - excluded: absolute paths that are skipped with everything below, such as the index that is being written.
  /// - Throws: ``IndexingError`` with code `indexing.missing-directory`, `indexing.not-a-directory` or
  ///   `indexing.unreadable`, all about the root only: below it, what cannot be read is counted and skipped.
  public func walk(root: String, prefix: String = "", excluding excluded: [String] = []) throws -> Result {
    let top = try Self.resolve(root: root)
    let defaults = IgnoreRules(base: top, patterns: Self.parse(options.defaultExcludes), outer: nil)
    let rules = options.honoursIgnoreFiles ? IgnoreRules.above(top, outer: defaults) : defaults
    let extra = IgnoreRules(base: top, patterns: Self.parse(options.extraIgnores), outer: nil)
    let resolved = excluded.compactMap { FileSystem.realPath($0) }
    var walk = Walk(options: options, top: top, extra: extra, excluded: Set(resolved))
    do throws(SystemCallFailure) {
      try walk.enter(top, path: prefix, rules: rules)
    } catch {
      throw IndexingError(
        .unreadable, "The source directory cannot be listed: give this user the right to read it.", path: root,
        underlying: error)
    }
    walk.result.files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return walk.result
  }

  /// The absolute, link-free path of a root.
  static func resolve(root: String) throws -> String {
    guard !root.isEmpty, let top = FileSystem.realPath(root) else {
      throw IndexingError(
        .missingDirectory, "The source directory does not exist: check the path, or create it.", path: root)
    }
    guard (try? FileSystem.status(top))?.kind == .directory else {
      throw IndexingError(
        .notADirectory, "The source root is not a directory: name the directory that holds the files.", path: root)
    }
    return top
  }

  private static func parse(_ lines: [String]) -> [IgnorePattern] {
    lines.compactMap { IgnorePattern(line: Array($0.utf8)[...]) }
  }
}
