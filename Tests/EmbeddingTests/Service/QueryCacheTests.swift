import Testing

@testable import Embedding

struct QueryCacheTests {
  private func key(_ text: String, _ model: String = "m") -> QueryCache.Key { QueryCache.Key(text: text, model: model) }

  @Test func `the least recently used entry goes first`() {
    var cache = QueryCache(entries: 2, bytes: 1 << 20)
    cache.store(key("a"), [1])
    cache.store(key("b"), [2])
    #expect(cache.vector(key("a")) == [1])
    cache.store(key("c"), [3])
    #expect(cache.vector(key("b")) == nil)
    #expect(cache.vector(key("a")) == [1])
    #expect(cache.vector(key("c")) == [3])
    #expect(cache.count == 2)
  }

  @Test func `the same text of another model is another entry`() {
    var cache = QueryCache(entries: 9, bytes: 1 << 20)
    cache.store(key("a", "one"), [1])
    #expect(cache.vector(key("a", "two")) == nil)
  }

  @Test func `memory is bounded and counted exactly`() {
    let each = QueryCache.cost(key("x1"), [0, 0, 0])
    var cache = QueryCache(entries: 1000, bytes: each * 3)
    for number in 1...9 { cache.store(key("x\(number)"), [0, 0, Float(number)]) }
    #expect(cache.count == 3)
    #expect(cache.bytes == each * 3)
    cache.store(key("x9"), [0, 0, 0])
    #expect(cache.count == 3)
    #expect(cache.vector(key("x9")) == [0, 0, 0])
    cache.store(key(String(repeating: "y", count: each * 3)), [0])
    #expect(cache.count == 3, "an entry larger than the cache changed it")
  }

  @Test func `no entries means no cache`() {
    var cache = QueryCache(entries: 0, bytes: 1 << 20)
    cache.store(key("a"), [1])
    #expect(cache.vector(key("a")) == nil)
    #expect(cache.bytes == 0)
  }

  @Test func `random use agrees with a plain list`() {
    var random = SplitMix(state: 11)
    var cache = QueryCache(entries: 5, bytes: 1 << 20)
    var list: [(String, Float)] = []
    for step in 0..<3000 {
      let text = "t\(random.next() % 9)"
      if random.next() % 2 == 0 {
        cache.store(key(text), [Float(step)])
        list.removeAll { $0.0 == text }
        list.append((text, Float(step)))
        if list.count > 5 { list.removeFirst() }
      } else {
        let expected = list.first { $0.0 == text }
        #expect(cache.vector(key(text)) == expected.map { [$0.1] })
        if let expected {
          list.removeAll { $0.0 == text }
          list.append(expected)
        }
      }
      #expect(cache.count == list.count)
    }
  }
}
