/// A set of chunk rows, one bit a row: what a filter lets through, or what a tombstone leaves alive.
public struct RowSelection: Sendable, Hashable {
  /// Bit `row % 64` of word `row / 64` is set when the row is in the set. Rows beyond the last word are not.
  public private(set) var words: [UInt64]
  /// The number of rows in the set.
  public private(set) var count: Int

  /// The set of the given rows; negative rows are left out, repeated ones count once.
  public init(_ rows: some Sequence<Int64>) {
    words = []
    count = 0
    for row in rows where row >= 0 { insert(row) }
  }

  /// Whether the row is in the set.
  public func contains(_ row: Int64) -> Bool {
    guard row >= 0, row >> 6 < words.count else { return false }
    return words[Int(row >> 6)] & (1 << UInt64(row & 63)) != 0
  }

  private mutating func insert(_ row: Int64) {
    let word = Int(row >> 6)
    let bit: UInt64 = 1 << UInt64(row & 63)
    if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
    guard words[word] & bit == 0 else { return }
    words[word] |= bit
    count += 1
  }
}
