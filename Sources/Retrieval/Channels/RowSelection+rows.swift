extension RowSelection {
  /// The rows of the set, ascending.
  public var rows: [Int64] {
    var rows: [Int64] = []
    rows.reserveCapacity(count)
    for (place, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        rows.append(Int64(place << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return rows
  }
}
