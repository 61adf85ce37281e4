/// One file of a generation, as the manifest describes it.
public struct ArtifactFile: Sendable, Hashable, Codable {
  /// Path relative to the generation's directory, with "/".
  public let path: String
  /// Size in bytes.
  public let bytes: Int
  /// SHA-256 of the content, lower-case hexadecimal.
  public let sha256: String

  /// Creates a description from known values.
  public init(path: String, bytes: Int, sha256: String) {
    self.path = path
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// Describes a file by reading it. Blocks.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.file-missing` or `indexing.unreadable`.
  public init(describing path: String, in directory: String) throws {
    let location = Paths.join(directory, path)
    guard Paths.isConfined(path), (try? FileSystem.status(location))?.kind == .file else {
      throw IndexingError(.fileMissing, "An artifact file was not written.", path: location)
    }
    do throws(SystemCallFailure) {
      self.init(path: path, bytes: try FileSystem.status(location).bytes, sha256: try Checksum.hex(ofFile: location))
    } catch {
      throw IndexingError(.unreadable, "An artifact file cannot be read.", path: location, underlying: error)
    }
  }
}
