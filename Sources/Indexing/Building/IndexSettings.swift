/// How an index is built: which files, cut how.
public struct IndexSettings: Sendable, Hashable, Codable {
  /// Which files are taken.
  public var walking: WalkOptions
  /// How they are cut.
  public var chunking: ChunkingSettings

  /// Creates settings; the parts document their defaults.
  public init(walking: WalkOptions = WalkOptions(), chunking: ChunkingSettings = ChunkingSettings()) {
    self.walking = walking
    self.chunking = chunking
  }
}
