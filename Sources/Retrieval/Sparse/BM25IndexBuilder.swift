public import Indexing

/// Counts the words of chunks row by row and writes them as a ``BM25Index``. Used by one thread at a time.
public final class BM25IndexBuilder {
  private var counts = BM25Counts()

  /// A builder without rows.
  public init() {}

  /// Adds the next rows: symbol, path and text of each chunk, in words as ``IdentifierTokens`` makes them, stemmed.
  public func add(_ chunks: [Chunk]) {
    for chunk in chunks { counts.add(symbol: chunk.symbol ?? "", path: chunk.path, body: chunk.text) }
  }

  /// Writes the index; a file of that name is replaced. Blocks and computes.
  ///
  /// - Throws: ``RetrievalError`` with `argument` for more than the format takes, `io`.
  public func save(to path: String) throws {
    let order = counts.words.indices.sorted { counts.words[$0].lexicographicallyPrecedes(counts.words[$1]) }
    var place = [Int](repeating: 0, count: order.count)
    for (number, term) in order.enumerated() { place[term] = number }
    var having = [Int](repeating: 0, count: order.count)
    for posting in counts.postings { having[place[Int(posting.term)]] += 1 }
    let idf = having.map { BM25Formula.idf(rows: counts.rows, having: $0) }
    let mean = Double(counts.tokens) / Double(max(1, counts.rows))
    var next = [Int](repeating: 0, count: order.count)
    for term in order.indices.dropFirst() { next[term] = next[term - 1] + having[term - 1] }
    var rows = [UInt32](repeating: 0, count: counts.postings.count)
    var impacts = [Float](repeating: 0, count: counts.postings.count)
    var start = 0
    for (row, end) in counts.ends.enumerated() {
      for posting in counts.postings[start..<end] {
        let term = place[Int(posting.term)]
        rows[next[term]] = UInt32(row)
        impacts[next[term]] = Float(
          BM25Formula.impact(
            idf: idf[term], frequency: Int(posting.frequency), length: counts.lengths[row], meanLength: mean))
        next[term] += 1
      }
      start = end
    }
    try ImpactWriter(
      kind: .bm25, rows: counts.rows, counts: having, postings: rows, impacts: Self.bytes(impacts),
      words: order.map { counts.words[$0] }
    ).write(to: path)
  }

  private static func bytes(_ impacts: [Float]) -> [UInt8] {
    #if _endian(little)
      impacts.withUnsafeBytes { Array($0) }
    #else
      impacts.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    #endif
  }
}
