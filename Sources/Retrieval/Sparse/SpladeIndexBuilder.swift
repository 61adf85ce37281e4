public import Embedding

/// Collects sparse vectors row by row and writes them as a ``SpladeIndex``. Used by one thread at a time.
public final class SpladeIndexBuilder {
  private var rows: [[UInt32]]
  private var impacts: [[UInt8]]
  private var count = 0

  /// A builder for vectors of that many components.
  ///
  /// - Throws: ``RetrievalError`` with `argument`.
  public init(vocabularyCount: Int) throws {
    guard (1...ImpactFormat.maximumTerms).contains(vocabularyCount) else {
      throw RetrievalError(
        .argument, "A sparse index needs a vocabulary.", expected: "1 to \(ImpactFormat.maximumTerms) terms",
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
      let steps = (weight * Float(ImpactKind.splade.scale)).rounded()
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
    }
    count += 1
  }

  /// Writes the index; a file of that name is replaced. Blocks.
  ///
  /// - Throws: ``RetrievalError`` with `io`.
  public func save(to path: String) throws {
    try ImpactWriter(
      kind: .splade, rows: count, counts: rows.map(\.count), postings: Array(rows.joined()),
      impacts: Array(impacts.joined())
    ).write(to: path)
  }
}
