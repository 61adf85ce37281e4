/// How an ``EmbeddingService`` gathers texts, how much may wait, and what it remembers.
public struct EmbeddingServiceLimits: Sendable, Hashable {
  /// Texts in a batch, at least 1.
  public var maxBatch: Int
  /// How long a text waits for others to share its batch; zero sends at once.
  public var maxDelay: Duration
  /// Batches that the embedder works on at the same time, at least 1.
  public var maxInFlight: Int
  /// Calls that may wait or be in work; the next one gets `embedding.overloaded`.
  ///
  /// Calls are counted, not texts: one call of many texts cannot shut out the others, because all take turns.
  public var maxCalls: Int
  /// Vectors that are remembered; 0 turns the cache off.
  public var cacheEntries: Int
  /// Memory for remembered texts and vectors, in bytes.
  public var cacheBytes: Int
  /// Calls with more texts than this neither read nor fill the cache, so that a bulk load does not wash out the queries.
  public var cachedCallTexts: Int

  /// Makes limits.
  public init(
    maxBatch: Int = 64, maxDelay: Duration = .milliseconds(1), maxInFlight: Int = 2, maxCalls: Int = 1024,
    cacheEntries: Int = 4096, cacheBytes: Int = 16 << 20, cachedCallTexts: Int = 8
  ) {
    self.maxBatch = maxBatch
    self.maxDelay = maxDelay
    self.maxInFlight = maxInFlight
    self.maxCalls = maxCalls
    self.cacheEntries = cacheEntries
    self.cacheBytes = cacheBytes
    self.cachedCallTexts = cachedCallTexts
  }

  /// - Throws: `EmbeddingError` with code `invalidSetting` that names the limit.
  func validate() throws(EmbeddingError) {
    let floors = [
      ("maxBatch", maxBatch, 1), ("maxInFlight", maxInFlight, 1), ("maxCalls", maxCalls, 1),
      ("cacheEntries", cacheEntries, 0), ("cacheBytes", cacheBytes, 0), ("cachedCallTexts", cachedCallTexts, 0),
    ]
    for (name, value, least) in floors where value < least {
      throw EmbeddingError(
        .invalidSetting, "the embedding queue's \(name) is too small", expected: "at least \(least)",
        actual: "\(value)")
    }
    guard maxDelay >= .zero else {
      throw EmbeddingError(
        .invalidSetting, "the embedding queue's maxDelay is negative", expected: "zero or more",
        actual: "\(maxDelay)")
    }
  }
}
