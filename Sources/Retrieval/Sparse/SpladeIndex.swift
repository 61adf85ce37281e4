import CKernels
public import Embedding

/// An inverted index of learned sparse vectors: for each term of a vocabulary the rows that have it, with its weight in 8
/// bits. Sums are integers, so a search is exact.
public final class SpladeIndex: Sendable {
  /// Number of rows.
  public var count: Int { impacts.format.rows }
  /// Size of the vocabulary: the dimension of the vectors.
  public var vocabularyCount: Int { impacts.format.terms }
  /// Number of postings.
  public var postings: Int { impacts.format.postings }

  private let impacts: ImpactFile

  /// Steps a unit of weight of a question's terms.
  private static let questionScale: Float = 256
  private static let greatestQuestionWeight: Float = 8
  /// The steps of a whole question; with impacts of up to 255 a sum beyond them could overflow 32 bits.
  private static let greatestQuestion = UInt64(UInt32.max) / 255

  /// Maps and checks the file: header, checksums, then that every list of rows ascends and stays within the index. Blocks.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - expectedVocabulary: the size that it must have; nil takes any.
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexVersion`, `indexCorrupt`,
  ///   `dimensionMismatch` or `io`, with expected and actual values.
  public static func open(path: String, expectedVocabulary: Int? = nil) throws -> SpladeIndex {
    let index = SpladeIndex(try ImpactFile.open(.splade, path: path))
    if let expectedVocabulary, expectedVocabulary != index.vocabularyCount {
      throw RetrievalError(
        .dimensionMismatch, "The sparse index belongs to another vocabulary: index again.",
        expected: "\(expectedVocabulary) terms", actual: "\(index.vocabularyCount) terms", path: path)
    }
    return index
  }

  private init(_ impacts: ImpactFile) { self.impacts = impacts }

  /// The rows whose vectors have the largest dot products with `question`, best first, ties by row; rows without a common
  /// term are no hits. Terms outside of the vocabulary count for nothing.
  ///
  /// - Parameter selection: The rows that count; the others are left out before the `k` best are taken. Nil takes all.
  /// - Throws: ``RetrievalError`` with `argument` for a negative `k` or weights beyond 65,793 in all, `vectorNotFinite` for
  ///   a weight that is no number.
  public func search(_ question: SparseVector, k: Int, selection: RowSelection? = nil) throws -> [ChannelHit] {
    guard k >= 0 else {
      throw RetrievalError(.argument, "The number of hits must not be negative.", expected: ">= 0", actual: "\(k)")
    }
    var terms: [(term: Int, weight: UInt32)] = []
    for (term, weight) in zip(question.terms, question.weights) {
      guard weight.isFinite else {
        throw RetrievalError(
          .vectorNotFinite, "A weight of the question is no finite number.", expected: "a finite number",
          actual: "\(weight) of term \(term)")
      }
      let steps = (min(weight, Self.greatestQuestionWeight) * Self.questionScale).rounded()
      guard steps >= 1, (0..<vocabularyCount).contains(Int(term)) else { continue }
      terms.append((Int(term), UInt32(steps)))
    }
    let steps = terms.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
    guard steps <= Self.greatestQuestion else {
      throw RetrievalError(
        .argument, "The question's weights are larger in all than sums can hold: ask a shorter question.",
        expected: "<= \(Float(Self.greatestQuestion) / Self.questionScale)",
        actual: "\(Float(steps) / Self.questionScale) in \(terms.count) terms")
    }
    let unit = Double(Self.questionScale) * Double(ImpactKind.splade.scale)
    return impacts.search(terms, k: k, selection: selection).map {
      ChannelHit(row: $0.row, score: Double($0.sum) / unit)
    }
  }

  /// The vectors of all rows as they were stored, for whoever builds on them: terms ascending, impacts from 1 to 255.
  func impactsByRow() -> [[(term: Int32, impact: UInt8)]] {
    var rows = [[(term: Int32, impact: UInt8)]](repeating: [], count: count)
    for term in 0..<vocabularyCount {
      let list = impacts.list(term, weight: 1)
      let steps = list.impacts?.assumingMemoryBound(to: UInt8.self)
      for place in 0..<list.count { rows[Int(list.rows[place])].append((Int32(term), steps?[place] ?? 0)) }
    }
    return rows
  }
}
