extension RowSelection {
  /// Calls `body` with each row of the set, ascending.
  func forEach(_ body: (Int64) -> Void) {
    for (index, word) in words.enumerated() {
      var left = word
      while left != 0 {
        body(Int64(index) << 6 + Int64(left.trailingZeroBitCount))
        left &= left - 1
      }
    }
  }
}
