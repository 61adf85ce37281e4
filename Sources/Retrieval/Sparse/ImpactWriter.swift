#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Puts an inverted index of impacts together and writes it.
struct ImpactWriter {
  let kind: ImpactKind
  let rows: Int
  /// Postings of each term.
  var counts: [Int]
  /// The rows of all postings, term by term, ascending within each.
  var postings: [UInt32]
  /// Their impacts, as many bytes each as the kind has.
  var impacts: [UInt8]
  /// The word of each term in ascending order, for kinds that have words.
  var words: [[UInt8]] = []

  /// Writes the index; a file of that name is replaced. Blocks.
  ///
  /// - Throws: ``RetrievalError`` with `argument` for more than the format takes, `io`.
  func write(to path: String) throws {
    let wordBytes = words.reduce(0) { $0 + $1.count }
    guard counts.count <= ImpactFormat.maximumTerms, rows < ImpactFormat.maximumRows, wordBytes <= UInt32.max else {
      throw RetrievalError(
        .argument, "The \(kind.noun) would hold more than its format takes: index fewer files into it.",
        expected: "at most \(ImpactFormat.maximumTerms) terms and \(ImpactFormat.maximumRows) rows",
        actual: "\(counts.count) terms and \(rows) rows", path: path)
    }
    let format = ImpactFormat(
      kind, terms: counts.count, rows: rows, postings: postings.count, wordBytes: wordBytes)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(format.length)
    func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    var offset = 0
    for count in [0] + counts {
      offset += count
      append(UInt64(offset))
    }
    #if _endian(little)
      postings.withUnsafeBytes { bytes += $0 }
    #else
      for row in postings { append(row) }
    #endif
    bytes += impacts
    if kind.hasWords {
      offset = 0
      for length in [0] + words.map(\.count) {
        offset += length
        append(UInt32(offset))
      }
      for word in words { bytes += word }
    }
    let header = format.header(contentChecksum: FaissChecksum.value(of: bytes))
    do {
      try Data(header + bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw RetrievalError(
        .io, "The \(kind.noun) cannot be written: look for a full disk.", path: path, underlying: error)
    }
  }
}
