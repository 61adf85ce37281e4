public import Indexing

extension DenseIndex {
  /// Opens a space of a generation, in one part or two, as its record says.
  ///
  /// Each file is checked by itself, then the parts against each other: counts, lengths of vectors, checksums, and that
  /// every chunk row has exactly one vector.
  ///
  /// - Parameters:
  ///   - space: Which one.
  ///   - directory: The folder of the files.
  ///   - record: What the manifest says of it; nil for an index in one part.
  /// - Throws: ``RetrievalError`` as ``FaissIndex/open(path:expectedDimension:)``, or `rowCountMismatch`.
  public static func open(_ space: DenseSpace, in directory: String, record: ArtifactRecord?) throws -> DenseIndex {
    let dimension = record?.model?.dim
    func open(_ name: String) throws -> FaissIndex {
      try FaissIndex.open(path: directory + "/" + name, expectedDimension: dimension)
    }
    guard let record, record.files.contains(where: { $0.path == space.rowMapFileName }) else {
      return DenseIndex(try open(space.indexFileName))
    }
    let path = directory + "/" + space.rowMapFileName
    let map = try DenseRowMap.read(path: path)
    let (primary, fresh) = (try open(space.primaryFileName), try open(space.freshFileName))
    return DenseIndex(primary, overlay: try DenseOverlay(map, primary: primary, fresh: fresh, path: path))
  }
}
