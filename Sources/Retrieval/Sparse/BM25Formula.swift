#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// BM25 (S. Robertson and others, Okapi at TREC-3, 1994) with the rarity of words as Lucene counts it. Frequencies and lengths
/// count as in SQLite's FTS5, which the tests hold this against.
enum BM25Formula {
  /// How soon more occurrences stop counting.
  static let k1 = 1.2
  /// How much a long text has to share.
  static let b = 0.75
  /// What an occurrence in the symbol, in the path and in the body counts: a hit in the name says more than one in the
  /// path, and that more than one in the text. The length of a text counts tokens alone.
  static let weights = (symbol: 4, path: 2, body: 1)

  /// How much a term says: log(1 + (N - n + 0.5) / (n + 0.5)). The 1 keeps it above 0 for a term that most rows have; without it,
  /// as in FTS5, every such term would have to count the same next to nothing.
  static func idf(rows: Int, having: Int) -> Double { log1p((Double(rows - having) + 0.5) / (Double(having) + 0.5)) }

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
