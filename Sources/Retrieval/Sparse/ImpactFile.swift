import CKernels

/// A mapped inverted index of impacts: for each term the rows that have it, ascending, with the impact of each.
///
/// Pages are read when touched and shared between processes. Search is exact: sums over all postings of the question's
/// terms, row block by row block (docs/retrieval.md says why not document at a time).
struct ImpactFile: Sendable {
  let format: ImpactFormat
  let file: MappedIndexFile

  /// Rows whose sums are kept at a time: 128 KiB, which the second-level cache holds.
  private static let block: UInt32 = 1 << 15
  /// No part of BM25's score comes near: 2.2 times the logarithm of the most rows is 48.
  static let greatestFloat: Float = 64

  /// Maps and checks the file: header, checksums, then that every list of rows ascends and stays within the index, and that
  /// words ascend. Blocks.
  ///
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexVersion`, `indexCorrupt` or
  ///   `io`, with expected and actual values.
  static func open(_ kind: ImpactKind, path: String) throws -> ImpactFile {
    let file = try MappedIndexFile(path: path)
    let impacts = ImpactFile(format: try ImpactFormat(kind, file), file: file)
    try impacts.checkOffsets()
    try impacts.checkLists()
    if kind.hasWords { try impacts.checkWords() }
    return impacts
  }

  /// The best rows by the sum of weight x impact, best first, ties by row, each with its sum: steps, or the bits of a float.
  /// Sums must fit, which is the caller's promise. Rows outside of a selection are left out before the `k` best are taken.
  func search(
    _ terms: some Sequence<(term: Int, weight: UInt32)>, k: Int, selection: RowSelection?
  ) -> [(row: Int64, sum: UInt32)] {
    var lists = terms.map { list($0.term, weight: $0.weight) }.filter { $0.count > 0 }
    let wanted = min(k, selection.map { min($0.count, format.rows) } ?? format.rows)
    guard !lists.isEmpty, wanted > 0 else { return [] }
    let type = format.kind.scale == 0 ? CK_IMPACT_FLOATS : CK_IMPACT_STEPS
    return withUnsafeTemporaryAllocation(of: ck_scored.self, capacity: wanted) { hits in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(Self.block)) { sums in
        let number = (selection?.words ?? []).withUnsafeBufferPointer { words in
          ck_search_impacts(
            &lists, lists.count, type, UInt32(format.rows), Self.block, sums.baseAddress,
            selection == nil ? nil : words.baseAddress, words.count, wanted, hits.baseAddress)
        }
        return hits[..<number].map { (Int64($0.row), $0.score) }
      }
    }
  }

  /// A term's postings. The kernel reads its memory only while the file is mapped.
  func list(_ term: Int, weight: UInt32) -> ck_impact_list {
    let (start, end) = (offset(term), offset(term + 1))
    guard let base = file.bytes.baseAddress else { return ck_impact_list() }
    return ck_impact_list(
      rows: (base + format.rowsAt).assumingMemoryBound(to: UInt32.self) + start,
      impacts: base + format.impactsAt + start * format.kind.impactBytes, count: end - start, next: 0, weight: weight)
  }

  private func offset(_ term: Int) -> Int {
    Int(UInt64(littleEndian: file.bytes.load(fromByteOffset: format.offsetsAt + term * 8, as: UInt64.self)))
  }

  private func checkOffsets() throws {
    var last = 0
    for term in 0...format.terms {
      let next = offset(term)
      guard next >= last, next <= format.postings, term > 0 || next == 0 else {
        throw corrupt(
          "has a list that does not follow the one before it", expected: "\(last) to \(format.postings)",
          actual: "\(next) at term \(term)")
      }
      last = next
    }
    guard last == format.postings else {
      throw corrupt("has lists that do not cover its postings", expected: "\(format.postings)", actual: "\(last)")
    }
  }

  private func checkLists() throws {
    for term in 0..<format.terms {
      let list = list(term, weight: 1)
      guard ck_rows_ascend(list.rows, list.count, UInt32(format.rows)) else {
        throw corrupt(
          "has a list with rows out of order or beyond its end", expected: "ascending rows below \(format.rows)",
          actual: "term \(term)")
      }
      guard format.kind.scale == 0, list.count > 0 else { continue }
      guard ck_floats_within(list.impacts.assumingMemoryBound(to: Float.self), list.count, Self.greatestFloat) else {
        throw corrupt(
          "has an impact that no text has", expected: "above 0, at most \(Self.greatestFloat)", actual: "term \(term)")
      }
    }
  }

  func corrupt(_ what: String, expected: String, actual: String) -> RetrievalError {
    RetrievalError(
      .indexCorrupt, "The \(format.kind.noun) \(what): index again.", expected: expected, actual: actual,
      path: file.path)
  }
}
