/// What one channel put into a generation.
public struct ArtifactRecord: Sendable, Hashable, Codable {
  /// Name of the channel, such as "faiss"; unique in a manifest.
  public let channel: String
  /// Everything that decides about the artifact's content besides the chunks: see ``ChannelArtifactBuilder/fingerprint``.
  public let fingerprint: String
  /// The files, each of which belongs to this artifact alone.
  public let files: [ArtifactFile]
  /// Build settings for people and compatibility checks.
  public let settings: [String: String]
  /// The model behind it, for channels that have one.
  public let model: ModelRecord?

  /// Creates a record.
  public init(
    channel: String, fingerprint: String, files: [ArtifactFile], settings: [String: String] = [:],
    model: ModelRecord? = nil
  ) {
    self.channel = channel
    self.fingerprint = fingerprint
    self.files = files
    self.settings = settings
    self.model = model
  }
}
