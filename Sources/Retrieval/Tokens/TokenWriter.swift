import CFaiss
import CKernels

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a token index from gathered vectors and trained centroids.
struct TokenWriter {
  let rows: TokenRows
  let clusters: TokenClusters
  let starts: [UInt32]
  let element: TokenElement
  let modelID: String

  /// Rows read and coded at a time.
  private static let block = 4096
  private static let codecSample = 2048

  func write(to path: String) throws -> XTRMetadata {
    let facts = XTRMetadata(
      documents: starts.count - 1, tokens: rows.count, dimension: rows.dimension, element: element, modelID: modelID,
      centroids: clusters.count)
    let layout = XTRLayout(facts)
    let places = try nearest()
    let codec = codec(places)
    let lists = lists(places)
    let partial = path + ".partial"
    var file = try OutputFile(path: partial)
    defer { try? FileManager.default.removeItem(atPath: partial) }
    try file.pad(to: layout.starts.lowerBound)
    try file.write(starts)
    try file.pad(to: layout.rows.lowerBound)
    try writeRows(to: &file, places: places, codec: codec)
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
    let header = XTRHeader(facts: facts, contentChecksum: checksum, levels: codec.levels)
    try file.overwrite(header.encoded(), at: 0)
    do {
      try FileManager.default.moveItem(atPath: partial, toPath: path)
    } catch {
      throw RetrievalError(.io, "The token index cannot be put in its place.", path: path, underlying: error)
    }
    return facts
  }

  private func nearest() throws -> [UInt32] {
    var places: [UInt32] = []
    places.reserveCapacity(rows.count)
    for first in stride(from: 0, to: rows.count, by: Self.block) {
      let part = first..<min(first + Self.block, rows.count)
      places += try clusters.nearest(rows.read(part), rows: part.count)
    }
    return places
  }

  private func codec(_ places: [UInt32]) -> ResidualCodec {
    guard element == .residual4, rows.count > 0 else { return ResidualCodec(residuals: []) }
    let size = min(rows.count, Self.codecSample)
    let sample = (0..<size).map { $0 * rows.count / size }
    var residuals = rows.read(sample)
    let dimension = rows.dimension
    for (place, row) in sample.enumerated() {
      let from = Int(places[row]) * dimension
      for i in 0..<dimension { residuals[place * dimension + i] -= clusters.centroids[from + i] }
    }
    return ResidualCodec(residuals: residuals)
  }

  private func writeRows(to file: inout OutputFile, places: [UInt32], codec: ResidualCodec) throws {
    if element == .float16 { return try file.write(rows.file.bytes) }
    let dimension = rows.dimension
    for first in stride(from: 0, to: rows.count, by: Self.block) {
      try Task.checkCancellation()
      let part = first..<min(first + Self.block, rows.count)
      let values = rows.read(part)
      var codes = [UInt8](repeating: 0, count: part.count * dimension / 2)
      codes.withUnsafeMutableBufferPointer { codes in
        values.withUnsafeBufferPointer { values in
          clusters.centroids.withUnsafeBufferPointer { centroids in
            guard let codes = codes.baseAddress, let values = values.baseAddress, let table = centroids.baseAddress
            else { return }
            for row in 0..<part.count {
              ck_residual_encode(
                values + row * dimension, table + Int(places[first + row]) * dimension, codec.bounds, dimension,
                codes + row * dimension / 2)
            }
          }
        }
      }
      try file.write(codes)
    }
  }

  /// The tokens of each centroid in order, and their documents: a counting sort.
  private func lists(_ places: [UInt32]) -> (starts: [UInt32], tokens: [UInt32], documents: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: clusters.count + 1)
    for place in places { starts[Int(place) + 1] += 1 }
    for list in 0..<clusters.count { starts[list + 1] += starts[list] }
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
