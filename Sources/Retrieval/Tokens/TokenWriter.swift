import CFaiss

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a token index from rows whose centroids are known.
struct TokenWriter {
  let coder: TokenCoder
  /// Each token's centroid.
  let places: [UInt32]
  let starts: [UInt32]
  let element: TokenElement
  let modelID: String
  /// Appends all rows in the index's form.
  let rows: (inout OutputFile) throws -> Void

  func write(to path: String) throws -> XTRMetadata {
    let clusters = coder.clusters
    let facts = XTRMetadata(
      documents: starts.count - 1, tokens: places.count, dimension: clusters.dimension, element: element,
      modelID: modelID, centroids: clusters.count)
    let layout = XTRLayout(facts)
    let lists = lists()
    let partial = path + ".partial"
    var file = try OutputFile(path: partial)
    defer { try? FileManager.default.removeItem(atPath: partial) }
    try file.pad(to: layout.starts.lowerBound)
    try file.write(starts)
    try file.pad(to: layout.rows.lowerBound)
    try rows(&file)
    try file.pad(to: layout.codes.lowerBound)
    if element == .residual4 { try file.write(places.map { UInt16($0) }) }
    try file.pad(to: layout.listStarts.lowerBound)
    try file.write(lists.starts)
    try file.pad(to: layout.listTokens.lowerBound)
    try file.write(lists.tokens)
    try file.pad(to: layout.listDocuments.lowerBound)
    try file.write(lists.documents)
    try file.pad(to: layout.centroids.lowerBound)
    try file.write(clusters.centroids)
    try file.flush()
    let content = try MappedIndexFile(path: partial)
    let body = UnsafeRawBufferPointer(rebasing: content.bytes[XTRLayout.headerBytes...])
    let checksum = cfaiss_checksum(body.baseAddress, Int64(body.count))
    let header = XTRHeader(facts: facts, contentChecksum: checksum, levels: coder.codec.levels)
    try file.overwrite(header.encoded(), at: 0)
    do {
      try FileManager.default.moveItem(atPath: partial, toPath: path)
    } catch {
      throw RetrievalError(.io, "The token index cannot be put in its place.", path: path, underlying: error)
    }
    return header.facts
  }

  /// The tokens of each centroid in order, and their documents: a counting sort.
  private func lists() -> (starts: [UInt32], tokens: [UInt32], documents: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: coder.clusters.count + 1)
    for place in places { starts[Int(place) + 1] += 1 }
    for list in 0..<coder.clusters.count { starts[list + 1] += starts[list] }
    var next = starts
    var tokens = [UInt32](repeating: 0, count: places.count)
    var documents = tokens
    for document in 0..<self.starts.count - 1 {
      for token in self.starts[document]..<self.starts[document + 1] {
        let list = Int(places[Int(token)])
        tokens[Int(next[list])] = token
        documents[Int(next[list])] = UInt32(document)
        next[list] += 1
      }
    }
    return (starts, tokens, documents)
  }
}
