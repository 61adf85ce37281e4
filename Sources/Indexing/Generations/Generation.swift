/// A published generation: one set of chunks and artifacts that belong together and never change.
///
/// As long as a value of it, a copy, or a store that it opened is alive in any process, pruning leaves its directory in
/// place.
public struct Generation: Sendable {
  /// Its number; later ones are larger, and a number is never used twice.
  public let number: Int
  /// Absolute or working-directory-relative path of its directory.
  public let directory: String
  /// What it holds.
  public let manifest: GenerationManifest
  private let hold: FileLock

  init(number: Int, directory: String, manifest: GenerationManifest, hold: FileLock) {
    self.number = number
    self.directory = directory
    self.manifest = manifest
    self.hold = hold
  }

  /// Name of the chunk database in a generation's directory.
  public static let chunkFileName = "chunks.sqlite"

  /// Where its chunk database is.
  public var chunksPath: String { Paths.join(directory, Self.chunkFileName) }

  /// Opens its chunk database read-only. Blocks for a few milliseconds.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.store-failure` or `indexing.store-format`.
  public func openChunks() throws -> ChunkStore { try ChunkStore.open(at: chunksPath).holding(hold) }

  /// How closely a generation's files are compared with its manifest.
  public enum Verification: Sendable {
    /// Existence and size: instant, finds truncated and missing files.
    case quick
    /// Also every file's SHA-256: reads everything, finds damage of any kind.
    case full
  }

  /// Compares the files with the manifest. Blocks.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.file-missing`, `indexing.file-size`, `indexing.file-checksum` or
  ///   `indexing.unreadable`; it names the file and both values.
  public func verify(_ verification: Verification = .full) throws {
    try Self.verify(manifest.artifacts, in: directory, verification)
  }

  static func verify(_ artifacts: [ArtifactRecord], in directory: String, _ verification: Verification) throws {
    for file in artifacts.flatMap(\.files) {
      let location = Paths.join(directory, file.path)
      guard Paths.isConfined(file.path), let status = try? FileSystem.status(location), status.kind == .file else {
        throw IndexingError(
          .fileMissing, "A file that the manifest names is missing: restore it, or index again.", path: location,
          expected: "\(file.bytes) bytes", actual: "no file")
      }
      guard status.bytes == file.bytes else {
        throw IndexingError(
          .fileSize, "A file of the index has another size than its manifest says: it was cut short or changed.",
          path: location, expected: "\(file.bytes) bytes", actual: "\(status.bytes) bytes")
      }
      guard verification == .full else { continue }
      let actual: String
      do throws(SystemCallFailure) {
        actual = try Checksum.hex(ofFile: location)
      } catch {
        throw IndexingError(.unreadable, "A file of the index cannot be read.", path: location, underlying: error)
      }
      guard actual == file.sha256 else {
        throw IndexingError(
          .fileChecksum, "A file of the index has another content than its manifest says: it is damaged.",
          path: location, expected: file.sha256, actual: actual)
      }
    }
  }
}
