import CFaiss
import CKernels
public import Embedding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Gathers documents' token vectors and writes a token index.
///
/// Vectors wait in a file of their own until the centroids are known, so memory does not grow with the collection, but for four
/// bytes a token where centroids are kept. A builder is used by one caller at a time and finished once; its calls block.
public final class XTRIndexBuilder: @unchecked Sendable {
  // @unchecked: one caller at a time is the contract.
  private let path: String
  private let modelID: String
  private let dimension: Int
  private let element: TokenElement
  private var spool: OutputFile
  private var starts: [UInt32] = [0]
  /// The index whose centroids and levels are kept, and how it codes.
  private let kept: (index: XTRIndex, coder: TokenCoder, packed: [Float])?
  /// Each token's centroid, where these are known from the start.
  private var places: [UInt32] = []

  /// A builder that will write to `path`, where nothing may be yet.
  ///
  /// - Throws: ``RetrievalError`` with `io` or `argument`.
  public convenience init(path: String, modelID: String, dimension: Int, element: TokenElement) throws(RetrievalError) {
    try self.init(path: path, modelID: modelID, dimension: dimension, element: element, keeping: nil)
  }

  /// A builder that keeps the centroids and levels of an index of the same form in four bits: they code what is added, at once.
  init(
    path: String, modelID: String, dimension: Int, element: TokenElement, keeping index: XTRIndex?
  ) throws(RetrievalError) {
    guard dimension.isMultiple(of: 32), (32...512).contains(dimension),
      modelID.utf8.count <= XTRLayout.maximumModelBytes
    else {
      throw RetrievalError(
        .argument, "A token index cannot hold vectors of this length or a model name as long as this.",
        expected: "a multiple of 32 up to 512; a name of at most \(XTRLayout.maximumModelBytes) bytes",
        actual: "\(dimension); \(modelID.utf8.count) bytes")
    }
    self.path = path
    self.modelID = modelID
    self.dimension = dimension
    self.element = element
    if let index {
      guard element == .residual4, index.metadata.element == element, index.metadata.dimension == dimension,
        index.metadata.modelID == modelID
      else { throw RetrievalError(.argument, "Centroids are kept for vectors of the same model in four bits only.") }
      let coder = TokenCoder(of: index)
      kept = (index, coder, coder.clusters.packed())
    } else {
      kept = nil
    }
    spool = try OutputFile(path: path + ".spool")
  }

  deinit { try? FileManager.default.removeItem(atPath: path + ".spool") }

  /// Adds the next document.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch`, `vectorNotFinite`, `argument` (more tokens than an index can
  ///   number) or `io`; `CancellationError`.
  public func add(_ document: TokenVectors) throws {
    guard document.count == 0 || document.dimension == dimension else {
      throw RetrievalError(
        .dimensionMismatch, "A document's token vectors have another length than the index's.",
        expected: "\(dimension)", actual: "\(document.dimension)")
    }
    guard document.values.allSatisfy({ abs($0) <= 1.001 }) else {
      throw RetrievalError(
        .vectorNotFinite, "A document's token vector has a component that is not finite or longer than 1.")
    }
    let end = try end(adding: document.count)
    if let kept {
      let coder = kept.coder
      let nearest = try coder.clusters.nearest(document.values, rows: document.count, packed: kept.packed)
      try spool.write(coder.codes(document.values, places: nearest))
      places += nearest
    } else {
      var halves = [UInt16](repeating: 0, count: document.values.count)
      ck_narrow_f16(document.values, halves.count, &halves)
      try spool.write(halves)
    }
    starts.append(end)
  }

  /// Where a document of so many tokens ends.
  private func end(adding tokens: Int) throws(RetrievalError) -> UInt32 {
    let end = Int(starts[starts.count - 1]) + tokens
    guard end <= XTRLayout.maximumTokens else {
      throw RetrievalError(
        .argument, "The collection has more tokens than a token index can number: divide it.",
        expected: "at most \(XTRLayout.maximumTokens)", actual: "\(end)")
    }
    return UInt32(end)
  }

  /// Adds a document with the vectors that another index holds for it: one of half-precision vectors, or in four bits the one whose
  /// centroids are kept.
  ///
  /// - Throws: ``RetrievalError`` with `argument` or `io`.
  func add(document: Int64, of index: XTRIndex) throws(RetrievalError) {
    guard index.metadata.element == .float16 ? kept == nil : kept?.index === index else {
      throw RetrievalError(
        .argument, "Four-bit vectors are taken over with their centroids only: they lost what others would code.")
    }
    let first = Int(index.starts[Int(document)])
    let tokens = index.tokenCount(of: document)
    let end = try end(adding: tokens)
    let bytes = index.metadata.element.bytes(dimension: dimension)
    try spool.write(UnsafeRawBufferPointer(start: index.rows + first * bytes, count: tokens * bytes))
    if kept != nil { places += (first..<first + tokens).map { UInt32(index.codes[$0]) } }
    starts.append(end)
  }

  /// Finds centroids, writes the file and returns what it says of itself.
  ///
  /// - Parameter centroids: How many; nil depends on the number of tokens.
  /// - Throws: ``RetrievalError`` with `io`; `CancellationError`.
  public func finish(centroids: Int? = nil) throws -> XTRMetadata {
    try spool.flush()
    let waiting = try MappedIndexFile(path: spool.path)
    let writer = try kept.map { keptWriter($0.coder, waiting) } ?? trainedWriter(waiting, centroids: centroids)
    let facts = try writer.write(to: path)
    // Here, not only when the builder goes: whoever publishes the folder next must not meet the file.
    try? FileManager.default.removeItem(atPath: spool.path)
    return facts
  }

  private func keptWriter(_ coder: TokenCoder, _ coded: MappedIndexFile) -> TokenWriter {
    TokenWriter(coder: coder, places: places, starts: starts, element: element, modelID: modelID) { file in
      try file.write(coded.bytes)
    }
  }

  private func trainedWriter(_ halves: MappedIndexFile, centroids: Int?) throws -> TokenWriter {
    let tokens = Int(starts[starts.count - 1])
    let rows = TokenRows(file: halves, count: tokens, dimension: dimension)
    let coder = try TokenCoder(
      training: rows, centroids: min(tokens, centroids ?? TokenClusters.usualCount(tokens: tokens)), element: element)
    let blocks = stride(from: 0, to: tokens, by: TokenCoder.block).map { $0..<min($0 + TokenCoder.block, tokens) }
    let places = try blocks.flatMap { try coder.clusters.nearest(rows.read($0), rows: $0.count) }
    return TokenWriter(coder: coder, places: places, starts: starts, element: element, modelID: modelID) {
      [element] file in
      if element == .float16 { return try file.write(halves.bytes) }
      for block in blocks {
        try Task.checkCancellation()
        try file.write(coder.codes(rows.read(block), places: places[block]))
      }
    }
  }
}
