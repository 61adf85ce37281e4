#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// BM25 as SQLite's FTS5 computes it, which the tests hold it against (S. Robertson and others, Okapi at TREC-3, 1994).
enum BM25Formula {
  /// How soon more occurrences stop counting.
  static let k1 = 1.2
  /// How much a long text has to share.
  static let b = 0.75
  /// What an occurrence in the symbol, in the path and in the body counts: a hit in the name says more than one in the
  /// path, and that more than one in the text. The length of a text counts tokens alone.
  static let weights = (symbol: 4, path: 2, body: 1)

  /// How much a term says. One that half of the rows have says next to nothing, and never less than that.
  static func idf(rows: Int, having: Int) -> Double {
    let idf = log((Double(rows - having) + 0.5) / (Double(having) + 0.5))
    return idf > 0 ? idf : 1e-6
  }

  /// What a row gets for one term of a question.
  ///
  /// - Parameters:
  ///   - idf: the term's.
  ///   - frequency: its weighted occurrences in the row.
  ///   - length: the row's tokens.
  ///   - meanLength: those of a row on average.
  static func impact(idf: Double, frequency: Int, length: Int, meanLength: Double) -> Double {
    let frequency = Double(frequency)
    return idf * ((frequency * (k1 + 1)) / (frequency + k1 * (1 - b + b * Double(length) / meanLength)))
  }
}
