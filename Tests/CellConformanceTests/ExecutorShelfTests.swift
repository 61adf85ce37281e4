import CellConformance
import Testing

struct ExecutorShelfTests {
  @Test func `an executor is only given to who asks for its order`() throws {
    let odd = try ExecutorShelf.shared.take(order: .shuffled(seed: 42))
    ExecutorShelf.shared.giveBack(odd, blocked: false)
    #expect(try ExecutorShelf.shared.take() !== odd)
    #expect(try ExecutorShelf.shared.take(order: .shuffled(seed: 43)) !== odd)
    #expect(try ExecutorShelf.shared.take(order: .shuffled(seed: 42)) === odd)
  }
}
