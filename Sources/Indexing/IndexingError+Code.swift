extension IndexingError {
  /// Stable name of a kind of failure. Open: later versions add codes, so always handle the unknown one.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The stable string.
    public let rawValue: String

    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ rawValue: String) { self.rawValue = rawValue }

    /// A source root does not exist.
    public static let missingDirectory = Code("indexing.missing-directory")
    /// A source root is a file, not a directory.
    public static let notADirectory = Code("indexing.not-a-directory")
    /// The roots hold no file that can be indexed.
    public static let nothingToIndex = Code("indexing.nothing-to-index")
    /// One source root lies inside another, or is given twice.
    public static let overlappingRoots = Code("indexing.overlapping-roots")
    /// A setting is out of range.
    public static let invalidSetting = Code("indexing.invalid-setting")
    /// A path pattern of a filter cannot be used.
    public static let pathPattern = Code("indexing.path-pattern")
    /// A file or directory could not be read.
    public static let unreadable = Code("indexing.unreadable")
    /// A file or directory could not be written, synced, renamed or removed.
    public static let notWritable = Code("indexing.not-writable")
    /// There is no index at this place, or nothing was published yet.
    public static let noIndex = Code("indexing.no-index")
    /// Another process is building into the same index.
    public static let locked = Code("indexing.locked")
    /// `CURRENT` does not hold a generation number.
    public static let currentCorrupt = Code("indexing.current-corrupt")
    /// The asked-for generation does not exist.
    public static let generationMissing = Code("indexing.generation-missing")
    /// The manifest is missing or cannot be decoded.
    public static let manifestCorrupt = Code("indexing.manifest-corrupt")
    /// The manifest has a format version this program does not know.
    public static let manifestFormat = Code("indexing.manifest-format")
    /// A file that the manifest names is missing.
    public static let fileMissing = Code("indexing.file-missing")
    /// A file has another size than the manifest says.
    public static let fileSize = Code("indexing.file-size")
    /// A file has another checksum than the manifest says.
    public static let fileChecksum = Code("indexing.file-checksum")
    /// A draft was used after it was published or abandoned.
    public static let draftClosed = Code("indexing.draft-closed")
    /// Two artifacts of one index claim the same channel or the same file.
    public static let artifactConflict = Code("indexing.artifact-conflict")
    /// The chunk database is missing, damaged or refused an operation.
    public static let storeFailure = Code("indexing.store-failure")
    /// The chunk database has another schema than this program knows.
    public static let storeFormat = Code("indexing.store-format")
    /// Chunks were appended out of order.
    public static let rowOrder = Code("indexing.row-order")
    /// The ctags process could not be started, died, or did not answer in time.
    public static let ctagsFailure = Code("indexing.ctags-failure")
  }
}
