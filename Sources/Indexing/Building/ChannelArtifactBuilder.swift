/// Makes one channel's part of a generation.
public protocol ChannelArtifactBuilder: Sendable {
  /// Name of the channel, unique in an index; "chunks" is taken.
  var channel: String { get }

  /// Everything besides the chunks that decides about the artifact's content: settings, model, own version. While it and
  /// the sources stay the same, nothing is built.
  var fingerprint: String { get }

  /// Builds the artifact.
  ///
  /// - Parameters:
  ///   - chunks: the finished database of the generation that is being built, open for reading.
  ///   - directory: the draft's directory; write files here, under names that begin with the channel's name.
  ///   - previous: the generation served so far, whose results may be reused: see
  ///     ``ChunkStore/rows(forContentHashes:)``. Its artifact of this channel may be missing or have another fingerprint.
  ///   - progress: call it with the channel's name as the stage.
  /// - Returns: the record for the manifest, with the size and checksum of every file written.
  func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord
}
