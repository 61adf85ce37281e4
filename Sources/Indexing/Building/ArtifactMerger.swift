/// Rebuilds one channel's part of a generation from itself, where it is stored in a form that is quick to publish and
/// slower to search.
public protocol ArtifactMerger: Sendable {
  /// Name of the channel.
  var channel: String { get }

  /// Whether the artifact is in such a form.
  func isMergeable(_ record: ArtifactRecord) -> Bool

  /// Writes the artifact anew. The chunks stay the same.
  ///
  /// - Parameters:
  ///   - record: the artifact's record in `generation`.
  ///   - generation: the generation that is served.
  ///   - directory: the draft's directory; file names begin with the channel's name.
  ///   - progress: call it with the channel's name as the stage.
  /// - Returns: the new record.
  func merge(
    _ record: ArtifactRecord, of generation: Generation, into directory: String, progress: any IndexProgress
  ) async throws -> ArtifactRecord
}
