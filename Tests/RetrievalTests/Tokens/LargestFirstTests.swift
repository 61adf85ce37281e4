import Testing

@testable import Retrieval

@Suite struct LargestFirstTests {
  @Test(arguments: [0, 1, 2, 3, 10, 257, 4_000]) func `It gives what sorting gives`(count: Int) {
    var generator = SplitMix64(state: UInt64(count))
    // Many equal ones, of both signs, zeros of both signs and infinities among them.
    let choices: [Float] = [
      0, -0, 1, -1, 0.5, -0.5, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 3e38,
    ]
    let scores = (0..<count).map { place in
      place.isMultiple(of: 3)
        ? choices.randomElement(using: &generator) ?? 0 : Float.random(in: -1...1, using: &generator)
    }
    let sorted = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    #expect(Array(LargestFirst(scores) { _, _ in true }) == sorted)
    #expect(
      Array(LargestFirst(scores) { number, score in number % 7 != 2 && score < 1 })
        == sorted.filter { $0 % 7 != 2 && scores[$0] < 1 })
  }

  @Test func `Nothing comes after the last`() {
    var few = LargestFirst([0.25, 0.5]) { _, _ in true }
    #expect(few.remaining == 2)
    #expect([few.next(), few.next(), few.next(), few.next()] == [1, 0, nil, nil])
    #expect(few.remaining == 0)
  }
}
