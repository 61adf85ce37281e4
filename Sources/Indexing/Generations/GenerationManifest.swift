#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What a generation holds and how it was made: the file `manifest.json` beside its artifacts.
public struct GenerationManifest: Codable, Sendable, Hashable {
  /// The format this program writes and reads. Independent of the program's version: a new release does not rebuild.
  public static let currentFormat = 1

  /// Version of this format.
  public var formatVersion: Int
  /// The generation's number.
  public var generation: Int
  /// When it was published, in whole seconds.
  public var created: Date
  /// Version of the program that wrote it; for people.
  public var toolVersion: String
  /// The directories it covers.
  public var roots: [SourceRoot]
  /// How files were chosen and cut.
  public var settings: IndexSettings
  /// Digest of ``settings``, roots and chunkers: equal digests and equal sources give equal chunks.
  public var settingsDigest: String
  /// Digest of every indexed file's path and content.
  public var sourceDigest: String
  /// Number of indexed files.
  public var files: Int
  /// Number of chunks; rows are 0 to this number, exclusive.
  public var chunks: Int
  /// Number of chunks by language.
  public var chunksByLanguage: [String: Int]
  /// What was left out.
  public var skipped: SkipReport
  /// What the build could not do, in sentences for people.
  public var limits: [String]
  /// The chunk database (channel "chunks") and every channel's artifact.
  public var artifacts: [ArtifactRecord]

  enum CodingKeys: String, CodingKey {
    case formatVersion = "format_version"
    case generation, created
    case toolVersion = "tool_version"
    case roots, settings
    case settingsDigest = "settings_digest"
    case sourceDigest = "source_digest"
    case files, chunks
    case chunksByLanguage = "chunks_by_language"
    case skipped, limits, artifacts
  }

  /// The record of a channel, nil when this generation does not have it.
  public func artifact(_ channel: String) -> ArtifactRecord? { artifacts.first { $0.channel == channel } }
}
