/// How the chunk database names itself in a manifest.
enum ChunkArtifact {
  static let channel = "chunks"

  /// Version of what chunkers make of a source. Raised by hand whenever they make something else of it, so
  /// that the next `index` builds anew; a release that changes neither rebuilds nothing.
  static let version = 1

  static let fingerprint = "chunks-\(version)/schema-\(ChunkSchema.identifiers.joined(separator: "+"))"

}
