/// The ignore rules in force in one directory: its own, then those of the directories above, the deepest first.
final class IgnoreRules: Sendable {
  private let base: String
  private let patterns: [IgnorePattern]
  private let outer: IgnoreRules?

  /// - Parameter base: the directory, absolute, that the patterns are relative to.
  init(base: String, patterns: [IgnorePattern], outer: IgnoreRules?) {
    self.base = base
    self.patterns = patterns
    self.outer = outer
  }

  /// Whether the entry at `path` (absolute, at or below `base`) is ignored. The last pattern that speaks about it decides.
  func ignores(_ path: String, isDirectory: Bool) -> Bool {
    let bytes = Array(path.utf8)
    var rules: IgnoreRules? = self
    while let current = rules {
      let start = current.base == "/" ? 1 : current.base.utf8.count + 1
      if start < bytes.count, !current.patterns.isEmpty {
        let components = bytes[start...].split(separator: UInt8(ascii: "/"))
        for pattern in current.patterns.reversed() where pattern.matches(components, isDirectory: isDirectory) {
          return !pattern.isNegated
        }
      }
      rules = current.outer
    }
    return false
  }

  /// These rules with the patterns of `directory`'s `.gitignore`, and of its repository's `info/exclude` when it is the
  /// top of one. The exclude file comes first: a `.gitignore` wins over it.
  static func entering(_ directory: String, outer: IgnoreRules) -> IgnoreRules {
    var rules = outer
    let excludes = GitDirectory.common(of: directory).map { load(Paths.join($0, "info/exclude")) } ?? []
    for patterns in [excludes, load(Paths.join(directory, ".gitignore"))] where !patterns.isEmpty {
      rules = IgnoreRules(base: directory, patterns: patterns, outer: rules)
    }
    return rules
  }

  /// `outer` with the rules that a repository around `root` imposes from above; `outer` alone when that repository
  /// ignores `root` itself: naming a directory as a root says that it is wanted.
  static func above(_ root: String, outer: IgnoreRules) -> IgnoreRules {
    var ancestors: [String] = []
    var directory = root
    while GitDirectory.common(of: directory) == nil {
      let parent = Paths.parent(of: directory)
      guard parent != directory, parent != "." else { return outer }
      ancestors.append(parent)
      directory = parent
    }
    let above = ancestors.reversed().reduce(outer) { entering($1, outer: $0) }
    let isIgnored = (ancestors.dropLast() + [root]).contains { above.ignores($0, isDirectory: true) }
    return isIgnored ? outer : above
  }

  /// An ignore file that is missing, huge or unreadable gives no patterns, as in git.
  private static func load(_ path: String) -> [IgnorePattern] {
    guard let bytes = try? FileSystem.read(path, limit: 1 << 22) else { return [] }
    return IgnorePattern.patterns(of: bytes)
  }
}
