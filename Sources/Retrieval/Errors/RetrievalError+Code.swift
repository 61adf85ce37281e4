extension RetrievalError {
  /// A stable name of a failure. The set is open: later versions may add codes.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The stable string, e.g. `retrieval.index-truncated`.
    public var rawValue: String
    /// A code of any name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The stable string.
    public var description: String { rawValue }

    /// No file at the given path.
    public static let indexMissing = Code(rawValue: "retrieval.index-missing")
    /// An index file ends too early.
    public static let indexTruncated = Code(rawValue: "retrieval.index-truncated")
    /// A file that is not an index of ours.
    public static let indexForeign = Code(rawValue: "retrieval.index-foreign")
    /// Checksum or structure of an index file is wrong.
    public static let indexCorrupt = Code(rawValue: "retrieval.index-corrupt")
    /// An index file of a format version this program does not read.
    public static let indexVersion = Code(rawValue: "retrieval.index-version")
    /// Vectors of another dimension than required.
    public static let dimensionMismatch = Code(rawValue: "retrieval.dimension-mismatch")
    /// An index whose vectors are of another type than its generation says.
    public static let elementTypeMismatch = Code(rawValue: "retrieval.element-type-mismatch")
    /// An index built with another model than the one that embeds the queries.
    public static let modelMismatch = Code(rawValue: "retrieval.model-mismatch")
    /// Index and chunk store hold different numbers of rows.
    public static let rowCountMismatch = Code(rawValue: "retrieval.row-count-mismatch")
    /// A vector holds NaN or an infinity.
    public static let vectorNotFinite = Code(rawValue: "retrieval.vector-not-finite")
    /// A parameter of an index or of a search is out of range.
    public static let argument = Code(rawValue: "retrieval.argument")
    /// The operating system refused to read or write.
    public static let io = Code(rawValue: "retrieval.io")
    /// An allocation failed.
    public static let outOfMemory = Code(rawValue: "retrieval.out-of-memory")
    /// FAISS itself reported an error.
    public static let library = Code(rawValue: "retrieval.library")
    /// The query is empty or only white space.
    public static let queryEmpty = Code(rawValue: "retrieval.query-empty")
    /// The query is longer than the engine accepts.
    public static let queryTooLong = Code(rawValue: "retrieval.query-too-long")
    /// Limit or offset is out of range.
    public static let page = Code(rawValue: "retrieval.page")
    /// A filter names a language or a kind that does not exist, or has too many conditions.
    public static let filter = Code(rawValue: "retrieval.filter")
    /// Weights, k or window are not usable.
    public static let fusionSettings = Code(rawValue: "retrieval.fusion-settings")
    /// Every channel that was asked for is missing from the index or has weight 0.
    public static let noChannel = Code(rawValue: "retrieval.no-channel")
    /// Every channel that was asked failed.
    public static let allChannelsFailed = Code(rawValue: "retrieval.all-channels-failed")
    /// No channel answered in time.
    public static let deadlineExceeded = Code(rawValue: "retrieval.deadline-exceeded")
    /// A channel gave an answer that breaks its contract (a score that is not finite, a negative row).
    public static let channelAnswer = Code(rawValue: "retrieval.channel-answer")
    /// The model at hand gives out no token vectors.
    public static let tokensUnavailable = Code(rawValue: "retrieval.tokens-unavailable")
    /// A judged collection cannot be read.
    public static let evaluation = Code(rawValue: "retrieval.evaluation")
    /// The chunk store lacks rows a channel returned.
    public static let hydration = Code(rawValue: "retrieval.hydration")
  }
}
