import CFaiss
import CKernels

/// A file of token vectors, grouped by document for exact scores and by centroid for retrieval, mapped into memory.
///
/// Immutable once open, so any number of threads may read it at the same time. Searches and scores block for as long as
/// they compute: call them from a thread that may.
public final class XTRIndex: @unchecked Sendable {
  // @unchecked: all members are immutable; pointers lead into the mapped file, which `file` keeps.
  /// What the index says of itself.
  public let metadata: XTRMetadata
  let file: MappedIndexFile
  let levels: UnsafeMutablePointer<Float>
  let starts: UnsafePointer<UInt32>
  let rows: UnsafeRawPointer
  let codes: UnsafePointer<UInt16>
  let listStarts: UnsafePointer<UInt32>
  let listTokens: UnsafePointer<UInt32>
  let listDocuments: UnsafePointer<UInt32>
  let centroids: UnsafePointer<Float>
  let isa = ck_isa_best()

  /// Opens an index, after everything it says of itself has been compared with its content and with what is expected.
  ///
  /// Reads the whole file once for its checksum and gives the pages back.
  ///
  /// - Parameter expected: What the manifest says; nil accepts any sound index.
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexVersion`, `indexCorrupt`,
  ///   `dimensionMismatch`, `modelMismatch`, `elementTypeMismatch`, `rowCountMismatch` or `io`, naming expected and actual.
  public static func open(path: String, expected: XTRMetadata? = nil) throws(RetrievalError) -> XTRIndex {
    let file = try MappedIndexFile(path: path)
    let header = try XTRHeader(file.bytes, path: path)
    if let expected { try check(header.facts, against: expected, path: path) }
    let index = XTRIndex(file, header)
    try index.checkContent(header)
    file.forget()
    return index
  }

  private init(_ file: MappedIndexFile, _ header: XTRHeader) {
    self.file = file
    metadata = header.facts
    levels = .allocate(capacity: header.levels.count)
    levels.initialize(from: header.levels, count: header.levels.count)
    let layout = XTRLayout(header.facts)
    // The header is 512 bytes, so there is an address.
    let base = file.bytes.baseAddress ?? UnsafeRawPointer(levels)
    func part<T>(_ range: Range<Int>, _: T.Type) -> UnsafePointer<T> {
      (base + range.lowerBound).assumingMemoryBound(to: T.self)
    }
    starts = part(layout.starts, UInt32.self)
    rows = base + layout.rows.lowerBound
    codes = part(layout.codes, UInt16.self)
    listStarts = part(layout.listStarts, UInt32.self)
    listTokens = part(layout.listTokens, UInt32.self)
    listDocuments = part(layout.listDocuments, UInt32.self)
    centroids = part(layout.centroids, Float.self)
  }

  deinit { levels.deallocate() }

  /// Number of documents, those without tokens included.
  public var count: Int { metadata.documents }

  /// Number of tokens of a document; 0 for one that does not exist.
  public func tokenCount(of document: Int64) -> Int {
    guard document >= 0, document < Int64(count) else { return 0 }
    return Int(starts[Int(document) + 1] - starts[Int(document)])
  }

  var store: ck_token_rows {
    ck_token_rows(
      form: metadata.element.form, dim: metadata.dimension, rows: rows, codes: codes, centroids: centroids,
      levels: levels)
  }
}

// MARK: - Checks

extension XTRIndex {
  private static func check(
    _ found: XTRMetadata, against expected: XTRMetadata, path: String
  ) throws(RetrievalError) {
    let advice = "Search with what the index was built with, or build the index again."
    let differences: [(RetrievalError.Code, String, String, String)] = [
      (.modelMismatch, "model", expected.modelID, found.modelID),
      (.dimensionMismatch, "number of components", "\(expected.dimension)", "\(found.dimension)"),
      (.elementTypeMismatch, "type of vectors", expected.element.rawValue, found.element.rawValue),
      (.rowCountMismatch, "number of documents", "\(expected.documents)", "\(found.documents)"),
      (.rowCountMismatch, "number of tokens", "\(expected.tokens)", "\(found.tokens)"),
    ]
    for (code, what, wanted, actual) in differences where wanted != actual {
      throw RetrievalError(
        code, "The token index has another \(what) than its generation says. \(advice)", expected: wanted,
        actual: actual, path: path)
    }
    guard let own = expected.checksum, let other = found.checksum, own != other else { return }
    throw RetrievalError(
      .indexCorrupt,
      "The token index is not the one that its generation was published with. Build the index again (`codeintel index`).",
      expected: XTRHeader.text(own), actual: XTRHeader.text(other), path: path)
  }

  private func checkContent(_ header: XTRHeader) throws(RetrievalError) {
    func corrupt(_ what: String, _ expected: String, _ actual: String) -> RetrievalError {
      RetrievalError(
        .indexCorrupt, "The token index is damaged: \(what). Build the index again (`codeintel index`).",
        expected: expected, actual: actual, path: file.path)
    }
    let content = UnsafeRawBufferPointer(rebasing: file.bytes[XTRLayout.headerBytes...])
    let checksum = cfaiss_checksum(content.baseAddress, Int64(content.count))
    guard checksum == header.contentChecksum else {
      throw corrupt(
        "its content's checksum is wrong", XTRHeader.text(header.contentChecksum), XTRHeader.text(checksum))
    }
    // A right checksum over wrong numbers would send the kernels outside the file.
    let (documents, tokens, lists) = (metadata.documents, metadata.tokens, metadata.centroids)
    let isSound =
      starts[0] == 0 && starts[documents] == UInt32(tokens) && ck_is_ascending(starts, documents + 1)
      && listStarts[0] == 0 && listStarts[lists] == UInt32(tokens) && ck_is_ascending(listStarts, lists + 1)
      && ck_all_below(listTokens, tokens, UInt32(tokens)) && ck_all_below(listDocuments, tokens, UInt32(documents))
      && (metadata.element == .float16 || ck_all_below_16(codes, tokens, UInt32(lists)))
    guard isSound else { throw corrupt("a table leads outside the file", "entries in order and in range", "others") }
    if let place = firstUnusable() {
      throw corrupt("\(place.what) holds a number that no score can be made of", "finite numbers", place.found)
    }
  }
}
