import Testing

@testable import Embedding

struct TokenBatchTests {
  @Test func `every text lands in one batch, whole, within the budget`() {
    let encoded: [[Int32]] = (0..<50).map { [Int32](repeating: Int32($0), count: ($0 * 7) % 40 + 2) }
    let batches = TokenBatch.divide(encoded, budget: 64)
    #expect(batches.flatMap(\.texts).sorted() == Array(0..<50))
    for batch in batches {
      #expect(batch.tokens <= 64)
      #expect(batch.starts.count == batch.texts.count + 1)
      #expect(batch.starts.last == batch.tokens)
      for (position, text) in batch.texts.enumerated() {
        let range = batch.starts[position]..<batch.starts[position + 1]
        #expect(Array(batch.ids[range]) == encoded[text])
        #expect(Array(batch.places[range]) == encoded[text].indices.map { Int32($0) })
      }
    }
  }

  @Test func `a text over the budget has a batch to itself`() {
    let batches = TokenBatch.divide([[1, 2], [1, 2, 3, 4, 5, 6], [7]], budget: 4)
    #expect(batches.map(\.texts) == [[1], [0, 2]])
    #expect(batches[0].longest == 6)
    #expect(TokenBatch.divide([], budget: 4).isEmpty)
  }
}
