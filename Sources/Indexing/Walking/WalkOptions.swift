/// Which files of a tree are taken.
public struct WalkOptions: Sendable, Hashable, Codable {
  /// Larger files are skipped as ``SkipReason/oversized``. In bytes; 1 MiB by default.
  public var maximumFileBytes: Int
  /// Files over 16 KiB whose lines are longer than this on average are skipped as ``SkipReason/minified``. In bytes; 1,000.
  public var maximumMeanLineBytes: Int
  /// More patterns in `.gitignore` syntax, relative to each root; they win over every ignore file.
  public var extraIgnores: [String]
  /// Whether `.gitignore` and `.git/info/exclude` are honoured. True by default.
  public var honoursIgnoreFiles: Bool
  /// Patterns that apply even where no ignore file names them; an ignore file can take one back with `!`.
  public var defaultExcludes: [String]

  /// Directories that hold no source of the tree itself: version control, build products, fetched packages, editor
  /// state, other indexes of ours.
  public static let standardExcludes = [
    ".hg/", ".svn/", ".jj/", ".build/", ".swiftpm/", "DerivedData/", "node_modules/", "__pycache__/", ".venv/", ".tox/",
    ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", ".gradle/", ".idea/", ".vs/", ".codeintel/", ".runtime-cells/",
    ".DS_Store", "*.min.js", "*.min.css",
  ]

  /// Creates options; every default is described at its property.
  public init(
    maximumFileBytes: Int = 1 << 20, maximumMeanLineBytes: Int = 1_000, extraIgnores: [String] = [],
    honoursIgnoreFiles: Bool = true, defaultExcludes: [String] = WalkOptions.standardExcludes
  ) {
    self.maximumFileBytes = maximumFileBytes
    self.maximumMeanLineBytes = maximumMeanLineBytes
    self.extraIgnores = extraIgnores
    self.honoursIgnoreFiles = honoursIgnoreFiles
    self.defaultExcludes = defaultExcludes
  }

  /// - Throws: ``IndexingError`` with code `indexing.invalid-setting`.
  func validate() throws {
    for (name, value) in [("maximumFileBytes", maximumFileBytes), ("maximumMeanLineBytes", maximumMeanLineBytes)]
    where value < 1 {
      throw IndexingError(
        .invalidSetting, "The walk setting \(name) must be positive: choose at least 1.", expected: ">= 1",
        actual: String(value))
    }
  }
}
