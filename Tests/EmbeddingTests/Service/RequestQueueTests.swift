import Testing

@testable import Embedding

struct RequestQueueTests {
  private func items(_ call: Int, _ count: Int, since: Duration = .zero) -> [RequestQueue.Item] {
    (0..<count).map { RequestQueue.Item(call: call, place: $0, text: "\(call).\($0)", since: since) }
  }

  @Test func `texts of one call come out in order`() {
    var queue = RequestQueue()
    queue.add(items(1, 5), lane: .anonymous(1))
    #expect(queue.take(3).map(\.place) == [0, 1, 2])
    #expect(queue.take(3).map(\.place) == [3, 4])
    #expect(queue.count == 0)
    #expect(queue.take(3).isEmpty)
  }

  @Test func `a small call has its turn before the rest of a large one`() {
    var queue = RequestQueue()
    queue.add(items(1, 1000), lane: .anonymous(1))
    #expect(queue.take(2).map(\.call) == [1, 1])
    queue.add(items(2, 1), lane: .anonymous(2))
    queue.add(items(3, 1), lane: .anonymous(3))
    #expect(queue.take(4).map(\.call).sorted() == [1, 1, 2, 3])
    #expect(queue.count == 996)
  }

  @Test func `many calls of one caller have one turn a round between them`() {
    var queue = RequestQueue()
    for call in 0..<50 { queue.add(items(call, 1), lane: .named("bulk")) }
    queue.add(items(99, 2), lane: .named("other"))
    #expect(queue.take(4).map(\.call) == [0, 99, 1, 99])
    #expect(queue.take(2).map(\.call) == [2, 3])
  }

  @Test func `turns go on where the last batch ended`() {
    var queue = RequestQueue()
    for call in 1...3 { queue.add(items(call, 3), lane: .anonymous(call)) }
    let order = [queue.take(2), queue.take(2), queue.take(2), queue.take(9)].map { $0.map(\.call) }
    #expect(order == [[1, 2], [3, 1], [2, 3], [1, 2, 3]])
  }

  @Test func `a removed call leaves the others and the count right`() {
    var queue = RequestQueue()
    queue.add(items(1, 3, since: .seconds(1)), lane: .named("a"))
    queue.add(items(2, 3, since: .seconds(2)), lane: .named("b"))
    queue.add(items(3, 3, since: .seconds(3)), lane: .named("a"))
    _ = queue.take(1)
    #expect(queue.oldest == .seconds(1))
    queue.remove(call: 1)
    #expect(queue.count == 6)
    #expect(queue.oldest == .seconds(2))
    queue.remove(call: 1)
    #expect(queue.take(10).map(\.call) == [2, 3, 2, 3, 2, 3])
    #expect(queue.oldest == nil)
  }

  @Test func `random use never loses, repeats or reorders a text`() {
    var random = SplitMix(state: 5)
    var queue = RequestQueue()
    var waiting: [Int: [Int]] = [:]
    for call in 0..<2000 {
      switch random.next() % 4 {
      case 0, 1:
        let count = Int(random.next() % 7)
        queue.add(items(call, count), lane: .named("\(random.next() % 5)"))
        if count > 0 { waiting[call] = Array(0..<count) }
      case 2:
        for item in queue.take(Int(random.next() % 9)) {
          #expect(waiting[item.call]?.first == item.place)
          waiting[item.call]?.removeFirst()
        }
      default:
        guard let victim = waiting.keys.sorted().randomElement(using: &random) else { continue }
        queue.remove(call: victim)
        waiting[victim] = nil
      }
      #expect(queue.count == waiting.values.reduce(0) { $0 + $1.count })
    }
  }
}
