/// What a build did.
public struct IndexReport: Sendable, Hashable, Codable {
  /// The generation that is served now.
  public let generation: Int
  /// True when no source had changed, so that nothing was indexed.
  public let reused: Bool
  /// Number of indexed files.
  public let files: Int
  /// Number of chunks.
  public let chunks: Int
  /// Number of chunks by language.
  public let chunksByLanguage: [String: Int]
  /// Number of chunks of which a channel's model read the beginning only, by channel; without those that cannot tell.
  public let truncatedChunks: [String: Int]
  /// What was left out.
  public let skipped: SkipReport
  /// What the build could not do, in sentences for people.
  public let limits: [String]
  /// Channels that the generation before had and this one has not, or has by other settings; in sentences for people.
  public let changes: [String]
  /// The stages in order.
  public let stages: [StageDuration]
  /// The generation whose artifacts were merged into ``generation``; nil when none were.
  public let mergedFrom: Int?

  enum CodingKeys: String, CodingKey {
    case generation, reused, files, chunks
    case mergedFrom = "merged_from"
    case chunksByLanguage = "chunks_by_language"
    case truncatedChunks = "truncated_chunks"
    case skipped, limits, changes, stages
  }

  init(
    manifest: GenerationManifest, reused: Bool, stages: [StageDuration], changes: [String] = [], notes: [String] = [],
    mergedFrom: Int? = nil
  ) {
    generation = manifest.generation
    self.reused = reused
    files = manifest.files
    chunks = manifest.chunks
    chunksByLanguage = manifest.chunksByLanguage
    skipped = manifest.skipped
    truncatedChunks = Dictionary(
      manifest.artifacts.compactMap { record in record.truncatedChunks.map { (record.channel, $0) } },
      uniquingKeysWith: { first, _ in first })
    limits = notes + manifest.limits + manifest.artifacts.compactMap { $0.truncationLimit(of: manifest.chunks) }
    self.changes = changes
    self.stages = stages
    self.mergedFrom = mergedFrom
  }
}
