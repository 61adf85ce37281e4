/// Token ids of several texts one after another, without padding between them.
struct TokenBatch: Sendable {
  /// Ids of all texts.
  private(set) var ids: [Int32] = []
  /// Each token's place in its own text, from 0.
  private(set) var places: [Int32] = []
  /// Where each text begins in `ids`, and the end of the last.
  private(set) var starts: [Int] = [0]
  /// The caller's numbers of the texts.
  private(set) var texts: [Int] = []

  var tokens: Int { ids.count }
  var longest: Int { zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0 }

  mutating func append(_ tokens: [Int32], text: Int) {
    ids.append(contentsOf: tokens)
    places.append(contentsOf: (0..<tokens.count).map { Int32($0) })
    starts.append(ids.count)
    texts.append(text)
  }

  /// Divides texts into batches of about `budget` tokens, longer texts first: what remains for the end is small, so
  /// threads finish together. Nothing is padded, so texts of any lengths may share a batch.
  static func divide(_ encoded: [[Int32]], budget: Int) -> [TokenBatch] {
    let order = encoded.indices.sorted { (encoded[$1].count, $0) < (encoded[$0].count, $1) }
    var batches: [TokenBatch] = []
    var open = TokenBatch()
    for text in order {
      if open.tokens > 0, open.tokens + encoded[text].count > budget {
        batches.append(open)
        open = TokenBatch()
      }
      open.append(encoded[text], text: text)
    }
    if open.tokens > 0 { batches.append(open) }
    return batches
  }
}
