import Indexing

/// Which words the rows added so far have, how often, and how long the rows are.
struct BM25Counts {
  /// The words as bytes; a term is a place in here.
  private(set) var words: [[UInt8]] = []
  /// Number of rows.
  var rows: Int { lengths.count }
  /// Tokens of each row.
  private(set) var lengths: [Int] = []
  /// Tokens of all rows.
  private(set) var tokens = 0
  /// One posting after another, row by row: its term and its weighted occurrences.
  private(set) var postings: [(term: UInt32, frequency: UInt32)] = []
  /// Where each row's postings end.
  private(set) var ends: [Int] = []

  private var termByToken: [String: Int] = [:]
  private var termByStem: [[UInt8]: Int] = [:]
  /// Where each term's latest posting is.
  private var latest: [Int] = []

  mutating func add(symbol: String, path: String, body: String) {
    let start = postings.count
    var length = 0
    let weights = BM25Formula.weights
    for (text, weight) in [(symbol, weights.symbol), (path, weights.path), (body, weights.body)] {
      IdentifierTokens.forEachToken(in: text) { token in
        length += 1
        let term = term(token)
        if latest[term] >= start {
          postings[latest[term]].frequency += UInt32(weight)
        } else {
          latest[term] = postings.count
          postings.append((UInt32(term), UInt32(weight)))
        }
      }
    }
    lengths.append(length)
    tokens += length
    ends.append(postings.count)
  }

  private mutating func term(_ token: String) -> Int {
    if let known = termByToken[token] { return known }
    let stem = PorterStemmer.stem(token)
    let term = termByStem[stem] ?? words.count
    if term == words.count {
      termByStem[stem] = term
      words.append(stem)
      latest.append(-1)
    }
    termByToken[token] = term
    return term
  }
}
