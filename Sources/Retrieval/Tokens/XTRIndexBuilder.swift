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
/// Vectors wait in a file of their own until the centroids are known, so memory does not grow with the collection. A
/// builder is used by one caller at a time and finished once; its calls block.
public final class XTRIndexBuilder: @unchecked Sendable {
  // @unchecked: one caller at a time is the contract.
  private let path: String
  private let modelID: String
  private let dimension: Int
  private let element: TokenElement
  private var spool: OutputFile
  private var starts: [UInt32] = [0]

  /// A builder that will write to `path`, where nothing may be yet.
  ///
  /// - Throws: ``RetrievalError`` with `io` or `argument`.
  public init(path: String, modelID: String, dimension: Int, element: TokenElement) throws(RetrievalError) {
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
    spool = try OutputFile(path: path + ".spool")
  }

  deinit { try? FileManager.default.removeItem(atPath: path + ".spool") }

  /// Adds the next document.
  ///
  /// - Throws: ``RetrievalError`` with `dimensionMismatch`, `vectorNotFinite`, `argument` (more tokens than an index can
  ///   number) or `io`.
  public func add(_ document: TokenVectors) throws(RetrievalError) {
    guard document.count == 0 || document.dimension == dimension else {
      throw RetrievalError(
        .dimensionMismatch, "A document's token vectors have another length than the index's.",
        expected: "\(dimension)", actual: "\(document.dimension)")
    }
    guard document.values.allSatisfy({ abs($0) <= 1.001 }) else {
      throw RetrievalError(
        .vectorNotFinite, "A document's token vector has a component that is not finite or longer than 1.")
    }
    let end = Int(starts[starts.count - 1]) + document.count
    guard end <= XTRLayout.maximumTokens else {
      throw RetrievalError(
        .argument, "The collection has more tokens than a token index can number: divide it.",
        expected: "at most \(XTRLayout.maximumTokens)", actual: "\(end)")
    }
    var halves = [UInt16](repeating: 0, count: document.values.count)
    ck_narrow_f16(document.values, halves.count, &halves)
    try spool.write(halves)
    starts.append(UInt32(end))
  }

  /// Adds a document with the vectors that another index holds for it.
  func add(document: Int64, of index: XTRIndex) throws(RetrievalError) {
    guard index.metadata.element == .float16 else {
      throw RetrievalError(.argument, "Four-bit vectors cannot be taken over: they lost what would be coded again.")
    }
    let first = Int(index.starts[Int(document)])
    let tokens = index.tokenCount(of: document)
    let bytes = dimension * 2
    try spool.write(UnsafeRawBufferPointer(start: index.rows + first * bytes, count: tokens * bytes))
    starts.append(starts[starts.count - 1] + UInt32(tokens))
  }

  /// Finds centroids, writes the file and returns what it says of itself.
  ///
  /// - Parameter centroids: How many; nil depends on the number of tokens.
  /// - Throws: ``RetrievalError`` with `io`; `CancellationError`.
  public func finish(centroids: Int? = nil) throws -> XTRMetadata {
    try spool.flush()
    let tokens = Int(starts[starts.count - 1])
    let rows = TokenRows(file: try MappedIndexFile(path: spool.path), count: tokens, dimension: dimension)
    let clusters = try TokenClusters(
      training: rows, count: min(tokens, centroids ?? TokenClusters.usualCount(tokens: tokens)))
    let writer = TokenWriter(rows: rows, clusters: clusters, starts: starts, element: element, modelID: modelID)
    let facts = try writer.write(to: path)
    // Here, not only when the builder goes: whoever publishes the folder next must not meet the file.
    try? FileManager.default.removeItem(atPath: spool.path)
    return facts
  }
}
