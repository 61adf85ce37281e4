extension ArtifactFile {
  /// Takes the file over from one generation's directory into another's, unchanged: by a hard link, or by a copy where the
  /// file system has no links. Blocks.
  ///
  /// A link is compared by size only, since the generation it comes from was verified; a copy is read again.
  ///
  /// - Parameters:
  ///   - source: the directory it is in.
  ///   - directory: the draft's directory.
  ///   - name: its name there; nil keeps it.
  /// - Throws: ``IndexingError`` with code `indexing.file-missing`, `indexing.file-size`, `indexing.file-checksum`,
  ///   `indexing.unreadable` or `indexing.not-writable`.
  public func carried(from source: String, into directory: String, as name: String? = nil) throws -> ArtifactFile {
    let file = ArtifactFile(path: name ?? path, bytes: bytes, sha256: sha256)
    let (old, new) = (Paths.join(source, path), Paths.join(directory, file.path))
    let isLinked: Bool
    do throws(SystemCallFailure) {
      isLinked = try FileSystem.linkOrCopy(old, to: new)
    } catch {
      throw IndexingError(
        error.isMissing ? .fileMissing : .notWritable,
        "A file of the generation before cannot be taken over: check rights and free space, or index again.",
        path: error.path, underlying: error)
    }
    let record = ArtifactRecord(channel: "", fingerprint: "", files: [file])
    try Generation.verify([record], in: directory, isLinked ? .quick : .full)
    return file
  }
}

extension ArtifactRecord {
  /// Takes all files over, see ``ArtifactFile/carried(from:into:as:)``.
  func carried(from source: String, into directory: String) throws -> ArtifactRecord {
    for file in files { _ = try file.carried(from: source, into: directory) }
    return self
  }
}
