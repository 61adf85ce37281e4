import Testing

@testable import Retrieval

@Suite struct RowSelectionTests {
  @Test(arguments: 0..<20) func `A selection is the set it was made from`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let rows = Set(
      (0..<Int.random(in: 0...200, using: &generator)).map { _ in Int64.random(in: 0..<300, using: &generator) })
    let selection = RowSelection(Array(rows) + [-1, -64] + rows.prefix(3))
    #expect(selection.count == rows.count)
    #expect(selection.rows == rows.sorted())
    for row in Int64(-70)..<400 { #expect(selection.contains(row) == rows.contains(row)) }
  }
}
