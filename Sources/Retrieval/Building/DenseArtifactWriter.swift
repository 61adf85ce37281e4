import Indexing

/// Writes the files of a dense space into a generation that is being built. Blocks.
struct DenseArtifactWriter: Sendable {
  let space: DenseSpace
  let directory: String

  /// Writes what came out of an assembly.
  ///
  /// - Parameter previous: The generation whose primary part is kept.
  /// - Returns: The files, and what the manifest says about the parts.
  /// - Throws: ``RetrievalError`` with `io`; `IndexingError` when the kept file cannot be taken over, or is not what its
  ///   manifest says.
  func write(
    _ outcome: DenseAssembly.Outcome, previous: Generation?
  ) throws -> (files: [ArtifactFile], settings: [String: String]) {
    switch outcome {
    case .whole(let index): return try write(index)
    case .overlay(let primaryRows, let freshRows, let fresh):
      guard let previous, let record = previous.manifest.artifact(space.channel),
        let kept = record.files.first(where: { space.primaryFileNames.contains($0.path) })
      else {
        throw RetrievalError(.indexMissing, "The generation before has no dense index to keep.", path: directory)
      }
      let primaryFile = try kept.carried(from: previous.directory, into: directory, as: space.primaryFileName)
      let freshPath = directory + "/" + space.freshFileName
      let freshChecksum = try fresh.save(to: freshPath)
      let primary = try FaissIndex.open(path: directory + "/" + space.primaryFileName)
      let map = DenseRowMap(
        primary: primaryRows, fresh: freshRows, primaryChecksum: primary.checksum, freshChecksum: freshChecksum)
      let mapPath = directory + "/" + space.rowMapFileName
      try map.write(to: mapPath)
      // Read back: what is published opens.
      let index = DenseIndex(
        primary,
        overlay: try DenseOverlay(
          try DenseRowMap.read(path: mapPath), primary: primary, fresh: try FaissIndex.open(path: freshPath),
          path: mapPath))
      let files = [
        primaryFile, try ArtifactFile(describing: space.freshFileName, in: directory),
        try ArtifactFile(describing: space.rowMapFileName, in: directory),
      ]
      return (files, settings(primary.kind, index.checksum).merging(index.partSettings) { first, _ in first })
    }
  }

  /// Writes an index in one part.
  func write(_ index: FaissIndex) throws -> (files: [ArtifactFile], settings: [String: String]) {
    let checksum = try index.save(to: directory + "/" + space.indexFileName)
    let file = try ArtifactFile(describing: space.indexFileName, in: directory)
    return ([file], settings(index.kind, checksum))
  }

  /// What ``DenseIndex/open(_:in:record:isMapped:scansInt8:)`` compares the index with.
  private func settings(_ kind: FaissIndexKind, _ checksum: UInt64) -> [String: String] {
    ["kind": kind.parameterText, "checksum": String(checksum, radix: 16)]
  }
}
