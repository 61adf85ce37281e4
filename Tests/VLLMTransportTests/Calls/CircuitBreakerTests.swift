import Testing

@testable import VLLMTransport

struct CircuitBreakerTests {
  private func opened() -> CircuitBreaker {
    var breaker = CircuitBreaker(failures: 3, pause: .seconds(10))
    for _ in 0..<3 { breaker.failed(breaker.admit(now: .zero), now: .zero) }
    return breaker
  }

  @Test func `failures in a row open it, a success between them starts the count again`() {
    var breaker = CircuitBreaker(failures: 3, pause: .seconds(10))
    breaker.failed(.pass, now: .zero)
    breaker.failed(.pass, now: .zero)
    breaker.succeeded(.pass)
    breaker.failed(.pass, now: .zero)
    breaker.failed(.pass, now: .zero)
    #expect(!breaker.isOpen)
    breaker.failed(.pass, now: .seconds(1))
    #expect(breaker.state == .open(until: .seconds(11)))
  }

  @Test func `open refuses with the rest of the pause`() {
    var breaker = opened()
    #expect(breaker.admit(now: .seconds(4)) == .refuse(retryAfter: .seconds(6)))
  }

  @Test func `after the pause exactly one may try`() {
    var breaker = opened()
    #expect(breaker.admit(now: .seconds(10)) == .probe)
    #expect(breaker.admit(now: .seconds(10)) == .refuse(retryAfter: .seconds(10)))
    breaker.succeeded(.probe)
    #expect(breaker.admit(now: .seconds(10)) == .pass)
    #expect(breaker.state == .closed(failures: 0))
  }

  @Test func `a probe that fails opens it for another pause`() {
    var breaker = opened()
    breaker.failed(breaker.admit(now: .seconds(12)), now: .seconds(13))
    #expect(breaker.admit(now: .seconds(22)) == .refuse(retryAfter: .seconds(1)))
    #expect(breaker.admit(now: .seconds(23)) == .probe)
  }

  @Test func `a probe that is cancelled leaves the try to the next one`() {
    var breaker = opened()
    breaker.abandoned(breaker.admit(now: .seconds(10)), now: .seconds(11))
    #expect(breaker.admit(now: .seconds(11)) == .probe)
  }

  @Test func `late ends of requests from before change nothing`() {
    var breaker = opened()
    breaker.succeeded(.pass)
    #expect(breaker.isOpen)
    _ = breaker.admit(now: .seconds(10))
    breaker.failed(.pass, now: .seconds(10))
    breaker.succeeded(.pass)
    breaker.abandoned(.pass, now: .seconds(10))
    #expect(breaker.state == .halfOpen)
  }
}
