/// Which centroids' lists one token of a question looks into, and what it assumes of tokens that it does not see.
struct ProbePlan {
  /// The lists, best first.
  let lists: [Int]
  /// The similarity taken for documents without a token in these lists. No cosine is below it when every list is read.
  let missing: Float

  /// Below every cosine, with room for rounding.
  static let nothing: Float = -2

  init(
    products: [Float], token: Int, width: Int, listStarts: UnsafePointer<UInt32>, lists: Int, options: XTRSearchOptions
  ) {
    let own = (0..<lists).lazy.map { products[$0 * width + token] }
    // A list can hold no token when the centroid was nobody's nearest in the end.
    var order = LargestFirst(own) { list, _ in listStarts[list] < listStarts[list + 1] }
    let wanted = options.probes > 0 ? min(options.probes, order.remaining) : order.remaining
    let isWhole = wanted == order.remaining
    var read: [Int] = []
    var behind = 0
    var latest: Int?
    while let list = order.next() {
      if read.count < wanted { read.append(list) }
      behind += Int(listStarts[list + 1] - listStarts[list])
      latest = list
      // Not before the last list that is read: what is read is not missing.
      if read.count == wanted, isWhole || behind >= options.missingRank { break }
    }
    self.lists = read
    missing = isWhole ? Self.nothing : latest.map { products[$0 * width + token] } ?? Self.nothing
  }
}
