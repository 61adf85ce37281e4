public import Embedding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Collects sparse vectors row by row and writes them as a ``SpladeIndex``. Used by one thread at a time.
public final class SpladeIndexBuilder {
  private var rows: [[UInt32]]
  private var impacts: [[UInt8]]
  private var count = 0
  private var postings = 0

  /// A builder for vectors of that many components.
  ///
  /// - Throws: ``RetrievalError`` with `argument`.
  public init(vocabularyCount: Int) throws {
    guard (1...SpladeFormat.maximumTerms).contains(vocabularyCount) else {
      throw RetrievalError(
        .argument, "A sparse index needs a vocabulary.", expected: "1 to \(SpladeFormat.maximumTerms) terms",
        actual: "\(vocabularyCount)")
    }
    rows = Array(repeating: [], count: vocabularyCount)
    impacts = Array(repeating: [], count: vocabularyCount)
  }

  /// Adds the next row's vector. Weights become steps of 1/64; what rounds to 0 is left out, what is beyond 3.98 counts
  /// as that.
  ///
  /// - Throws: ``RetrievalError`` with `vectorNotFinite`, or `dimensionMismatch` for terms out of order or range.
  public func add(_ vector: SparseVector) throws {
    var found: [(term: Int32, impact: UInt8)] = []
    for (term, weight) in zip(vector.terms, vector.weights) {
      guard weight.isFinite else {
        throw RetrievalError(
          .vectorNotFinite, "A sparse vector has a weight that is no finite number.", expected: "finite numbers",
          actual: "\(weight) of term \(term) in row \(count)")
      }
      let steps = (weight * Float(SpladeFormat.scale)).rounded()
      if steps >= 1 { found.append((term, UInt8(min(255, steps)))) }
    }
    try add(impacts: found)
  }

  /// Adds a row whose impacts are known from another index.
  func add(impacts found: [(term: Int32, impact: UInt8)]) throws {
    var last: Int32 = -1
    for (term, impact) in found {
      guard term > last, Int(term) < rows.count else {
        throw RetrievalError(
          .dimensionMismatch, "A sparse vector has terms out of order or beyond the vocabulary.",
          expected: "ascending terms below \(rows.count)", actual: "\(term) after \(last) in row \(count)")
      }
      last = term
      rows[Int(term)].append(UInt32(count))
      impacts[Int(term)].append(impact)
      postings += 1
    }
    count += 1
  }

  /// Writes the index; a file of that name is replaced. Blocks.
  ///
  /// - Throws: ``RetrievalError`` with `io`.
  public func save(to path: String) throws {
    let format = SpladeFormat(terms: rows.count, rows: count, postings: postings)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(format.length)
    bytes += [UInt8](repeating: 0, count: SpladeFormat.headerBytes)
    var offset: UInt64 = 0
    for list in [[]] + rows {
      offset += UInt64(list.count)
      withUnsafeBytes(of: offset.littleEndian) { bytes += $0 }
    }
    for list in rows {
      #if _endian(little)
        list.withUnsafeBytes { bytes += $0 }
      #else
        for row in list { withUnsafeBytes(of: row.littleEndian) { bytes += $0 } }
      #endif
    }
    for list in impacts { bytes += list }
    let checksum = FaissChecksum.value(of: Array(bytes[SpladeFormat.headerBytes...]))
    bytes.replaceSubrange(0..<SpladeFormat.headerBytes, with: format.header(contentChecksum: checksum))
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw RetrievalError(
        .io, "The sparse index cannot be written: look for a full disk.", path: path, underlying: error)
    }
  }
}
