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
    // A list can hold no token when the centroid was nobody's nearest in the end.
    let filled = (0..<lists).filter { listStarts[$0] < listStarts[$0 + 1] }
    let order = filled.sorted { left, right in
      let (a, b) = (products[left * width + token], products[right * width + token])
      return a != b ? a > b : left < right
    }
    guard options.probes > 0, options.probes < order.count else {
      self.lists = order
      missing = Self.nothing
      return
    }
    self.lists = Array(order.prefix(options.probes))
    var behind = 0
    var place = 0
    // Not before the last list that is read: what is read is not missing.
    while place + 1 < order.count {
      behind += Int(listStarts[order[place] + 1] - listStarts[order[place]])
      if behind >= options.missingRank, place + 1 >= options.probes { break }
      place += 1
    }
    missing = products[order[place] * width + token]
  }
}
