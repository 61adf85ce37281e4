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
  ///   - isMapped: Whether the large part stays in its file, where its kind can.
  ///   - scansInt8: Whether flat parts get 8-bit codes beside their vectors.
  /// - Throws: ``RetrievalError`` as ``FaissIndex/open(path:expectedDimension:isMapped:scansInt8:)``, `rowCountMismatch`,
  ///   `elementTypeMismatch` for an index of another kind than the record says, or `indexCorrupt` for a sound file that is not
  ///   the one which was published: rows of another generation or space would be taken for this one's.
  public static func open(
    _ space: DenseSpace, in directory: String, record: ArtifactRecord?, isMapped: Bool = false,
    scansInt8: Bool = false
  ) throws -> DenseIndex {
    let dimension = record?.model?.dim
    func open(_ name: String) throws -> FaissIndex {
      let path = directory + "/" + name
      let index = try FaissIndex.open(
        path: path, expectedDimension: dimension, isMapped: isMapped, scansInt8: scansInt8)
      // The fresh part is flat whatever the record says of the large one.
      let kind = name == space.freshFileName ? FaissIndexKind.flat.parameterText : record?.settings["kind"]
      guard kind == nil || kind == index.kind.parameterText else {
        throw RetrievalError(
          .elementTypeMismatch,
          "The dense index is of another kind than its generation says. Build the index again (`codeintel index`).",
          expected: kind, actual: index.kind.parameterText, path: path)
      }
      return index
    }
    guard let record, record.files.contains(where: { $0.path == space.rowMapFileName }) else {
      return try checked(DenseIndex(try open(space.indexFileName)), record, directory + "/" + space.indexFileName)
    }
    let path = directory + "/" + space.rowMapFileName
    let map = try DenseRowMap.read(path: path)
    let (primary, fresh) = (try open(space.primaryFileName), try open(space.freshFileName))
    let overlay = try DenseOverlay(map, primary: primary, fresh: fresh, path: path)
    return try checked(DenseIndex(primary, overlay: overlay), record, path)
  }

  /// Records of older generations have no checksum.
  private static func checked(_ index: DenseIndex, _ record: ArtifactRecord?, _ path: String) throws -> DenseIndex {
    let actual = String(index.checksum, radix: 16)
    guard let expected = record?.settings["checksum"], expected != actual else { return index }
    throw RetrievalError(
      .indexCorrupt,
      "The dense index is not the one that its generation was published with. Build the index again (`codeintel index`).",
      expected: expected, actual: actual, path: path)
  }
}
