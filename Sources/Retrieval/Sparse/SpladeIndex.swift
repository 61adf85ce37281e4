import CKernels
public import Embedding

/// An inverted index of impacts: for each term of a vocabulary the rows that have it, with its weight in 8 bits.
///
/// The file is mapped: pages are read when touched and shared between processes. Search is exact: integer sums over all
/// postings of the question's terms, row block by row block (docs/retrieval.md says why not document at a time).
public final class SpladeIndex: Sendable {
  /// Number of rows.
  public var count: Int { format.rows }
  /// Size of the vocabulary: the dimension of the vectors.
  public var vocabularyCount: Int { format.terms }
  /// Number of postings.
  public var postings: Int { format.postings }

  private let format: SpladeFormat
  private let file: MappedIndexFile

  /// Rows whose sums are kept at a time: 128 KiB, which the second-level cache holds.
  private static let block: UInt32 = 1 << 15
  /// Steps a unit of weight of a question's terms. With impacts of up to 255 a question may have 8,000 terms of the
  /// greatest weight before a sum could overflow 32 bits.
  private static let questionScale: Float = 256
  private static let greatestQuestionWeight: Float = 8

  /// Maps and checks the file: header, checksums, then that every list of rows ascends and stays within the index. Blocks.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - expectedVocabulary: the size that it must have; nil takes any.
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexVersion`, `indexCorrupt`,
  ///   `dimensionMismatch` or `io`, with expected and actual values.
  public static func open(path: String, expectedVocabulary: Int? = nil) throws -> SpladeIndex {
    let file = try MappedIndexFile(path: path)
    let index = SpladeIndex(file, try SpladeFormat(file, path: path))
    if let expectedVocabulary, expectedVocabulary != index.vocabularyCount {
      throw RetrievalError(
        .dimensionMismatch, "The sparse index belongs to another vocabulary: index again.",
        expected: "\(expectedVocabulary) terms", actual: "\(index.vocabularyCount) terms", path: path)
    }
    try index.checkLists(path)
    return index
  }

  private init(_ file: MappedIndexFile, _ format: SpladeFormat) {
    self.file = file
    self.format = format
  }

  /// The rows whose vectors have the largest dot products with `question`, best first, ties by row; rows without a common
  /// term are no hits. Terms outside of the vocabulary count for nothing.
  ///
  /// - Parameter selection: The rows that count; the others are left out before the `k` best are taken. Nil takes all.
  /// - Throws: ``RetrievalError`` with `argument` for a negative `k`, `vectorNotFinite` for a weight that is no number.
  public func search(_ question: SparseVector, k: Int, selection: RowSelection? = nil) throws -> [ChannelHit] {
    guard k >= 0 else {
      throw RetrievalError(.argument, "The number of hits must not be negative.", expected: ">= 0", actual: "\(k)")
    }
    let wanted = min(k, selection.map { min($0.count, count) } ?? count)
    var lists: [ck_impact_list] = []
    for (term, weight) in zip(question.terms, question.weights) {
      guard weight.isFinite else {
        throw RetrievalError(
          .vectorNotFinite, "A weight of the question is no finite number.", expected: "a finite number",
          actual: "\(weight) of term \(term)")
      }
      let steps = (min(weight, Self.greatestQuestionWeight) * Self.questionScale).rounded()
      guard steps >= 1, (0..<format.terms).contains(Int(term)) else { continue }
      let list = list(Int(term), weight: UInt32(steps))
      if list.count > 0 { lists.append(list) }
    }
    // 2^32 / (255 * 8 * 256): beyond this a sum could overflow.
    guard !lists.isEmpty, wanted > 0, lists.count <= 8_000 else { return [] }
    let found = withUnsafeTemporaryAllocation(of: ck_scored.self, capacity: wanted) { hits in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(Self.block)) { sums in
        let number = (selection?.words ?? []).withUnsafeBufferPointer { words in
          ck_search_impacts(
            &lists, lists.count, UInt32(format.rows), Self.block, sums.baseAddress,
            selection == nil ? nil : words.baseAddress, words.count, wanted, hits.baseAddress)
        }
        return Array(hits[..<number])
      }
    }
    let unit = Double(Self.questionScale) * Double(SpladeFormat.scale)
    return found.map { ChannelHit(row: Int64($0.row), score: Double($0.score) / unit) }
  }

  /// The vectors of all rows as they were stored, for whoever builds on them: terms ascending, impacts from 1 to 255.
  func impactsByRow() -> [[(term: Int32, impact: UInt8)]] {
    var rows = [[(term: Int32, impact: UInt8)]](repeating: [], count: count)
    for term in 0..<format.terms {
      let list = list(term, weight: 1)
      for place in 0..<list.count { rows[Int(list.rows[place])].append((Int32(term), list.impacts[place])) }
    }
    return rows
  }

  private func list(_ term: Int, weight: UInt32) -> ck_impact_list {
    let (start, end) = (offset(term), offset(term + 1))
    guard let base = file.bytes.baseAddress else { return ck_impact_list() }
    return ck_impact_list(
      rows: (base + format.rowsAt).assumingMemoryBound(to: UInt32.self) + start,
      impacts: (base + format.impactsAt).assumingMemoryBound(to: UInt8.self) + start, count: end - start, next: 0,
      weight: weight)
  }

  private func offset(_ term: Int) -> Int {
    Int(UInt64(littleEndian: file.bytes.load(fromByteOffset: format.offsetsAt + term * 8, as: UInt64.self)))
  }

  private func checkLists(_ path: String) throws {
    var last = 0
    for term in 0...format.terms {
      let next = offset(term)
      guard next >= last, next <= format.postings, term > 0 || next == 0 else {
        throw RetrievalError(
          .indexCorrupt, "The sparse index has a list that does not follow the one before it: index again.",
          expected: "\(last) to \(format.postings)", actual: "\(next) at term \(term)", path: path)
      }
      last = next
    }
    guard last == format.postings else {
      throw RetrievalError(
        .indexCorrupt, "The lists of the sparse index do not cover its postings: index again.",
        expected: "\(format.postings)", actual: "\(last)", path: path)
    }
    for term in 0..<format.terms {
      let list = list(term, weight: 1)
      guard ck_rows_ascend(list.rows, list.count, UInt32(format.rows)) else {
        throw RetrievalError(
          .indexCorrupt, "A list of the sparse index has rows out of order or beyond its end: index again.",
          expected: "ascending rows below \(format.rows)", actual: "term \(term)", path: path)
      }
    }
  }
}
