import Indexing

/// An inverted index of words: for each word the rows that have it, with its part of the row's BM25 score as a float.
///
/// Scores are those of SQLite's FTS5 over the same words with Lucene's rarity of words, to a hundred-thousandth of the score; see
/// ``BM25Formula``.
public final class BM25Index: Sendable {
  /// Number of rows, those without a word included.
  public var count: Int { impacts.format.rows }
  /// Number of different words, stemmed.
  public var words: Int { impacts.format.terms }
  /// Number of postings.
  public var postings: Int { impacts.format.postings }

  private let impacts: ImpactFile

  /// Maps and checks the file: header, checksums, then that every list of rows and the dictionary ascend and stay within
  /// the index. Blocks.
  ///
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexVersion`, `indexCorrupt` or
  ///   `io`, with expected and actual values.
  public static func open(path: String) throws -> BM25Index { BM25Index(try ImpactFile.open(.bm25, path: path)) }

  private init(_ impacts: ImpactFile) { self.impacts = impacts }

  /// The best rows for a question, best first, ties by row. Rows without one of its words are no hits.
  ///
  /// Any text is a valid question: it is split as the indexed text was, and the first
  /// ``IdentifierTokens/maximumQueryTokens`` different words count. Of words with the same stem each counts.
  ///
  /// - Parameter selection: The rows that count; the others are left out before the `k` best are taken, and change no score.
  ///   Nil takes all.
  /// - Throws: ``RetrievalError`` with `argument` for a negative `k`.
  public func search(_ question: String, k: Int, selection: RowSelection? = nil) throws -> [ChannelHit] {
    guard k >= 0 else {
      throw RetrievalError(.argument, "The number of hits must not be negative.", expected: ">= 0", actual: "\(k)")
    }
    var terms: [(term: Int, weight: UInt32)] = []
    for token in IdentifierTokens.queryTokens(question) {
      guard let term = impacts.term(PorterStemmer.stem(token)) else { continue }
      if let known = terms.firstIndex(where: { $0.term == term }) {
        terms[known].weight += 1
      } else {
        terms.append((term, 1))
      }
    }
    return impacts.search(terms, k: k, selection: selection).map {
      ChannelHit(row: $0.row, score: Double(Float(bitPattern: $0.sum)))
    }
  }
}
